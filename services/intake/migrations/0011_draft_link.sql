-- migrate:up

ALTER TABLE draft
    ADD COLUMN contact_ref uuid UNIQUE,
    ADD COLUMN is_link_asked boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN draft.contact_ref IS 'Whom its link is sent to, in the vault; deleted there with the draft. Null: nobody asked for a letter.';
COMMENT ON COLUMN draft.is_link_asked IS 'Since its last saving: a second click asks for no second letter.';

-- migrate:down
