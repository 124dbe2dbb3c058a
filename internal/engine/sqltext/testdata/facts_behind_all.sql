SELECT l.batch, l.line, l.topic, l.day, l.amount
FROM "fact" l
WHERE l.topic IN (7)
ORDER BY CASE WHEN l.amount < 0 THEN l.amount ELSE -l.amount END ASC NULLS LAST, l.batch ASC NULLS LAST, l.line ASC NULLS LAST, l.topic ASC NULLS LAST
