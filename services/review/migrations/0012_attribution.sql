-- migrate:up

-- What was decided before says of nobody that it is another's than submitted: as it is made again from the topics.
UPDATE item SET ruling = left(ruling, -1) || ',"attribution":null}' WHERE ruling IS NOT NULL;
UPDATE history SET body = left(body, -2) || ',"attribution":null}}' WHERE type = 'ruling.made';

-- migrate:down
