-- migrate:up

ALTER TABLE letter
    DROP CONSTRAINT letter_recipient_check,
    DROP CONSTRAINT letter_check,
    ADD CONSTRAINT letter_recipient_check CHECK (recipient = 'submitter' OR recipient ~ '^poc:[A-Z]{2,6}(/[1-9][0-9]*)?$'),
    ADD CONSTRAINT letter_contact_ref_check CHECK (recipient ~ '^poc:[A-Z]{2,6}$' OR contact_ref IS NOT NULL);
COMMENT ON COLUMN letter.recipient IS 'The role: of several points of contact the first has `poc:CO`, the next `poc:CO/2`, and so on.';
COMMENT ON COLUMN letter.contact_ref IS 'Asked of the contact vault at the moment of sending; null while a member''s points of contact are not told apart.';

-- migrate:down
