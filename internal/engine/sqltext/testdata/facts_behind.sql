SELECT l.batch, l.line, l.topic, l.day, l.amount
FROM "lake"."odd""name"."fact" l
LEFT JOIN "lake"."odd""name"."identity" i ON i.account = l.account
JOIN "lake"."odd""name"."account" a ON a.account = coalesce(i.parent, l.account)
WHERE a.client_id = ? AND l.topic IN (3, 1099511627776) AND l.day >= 19763 AND l.day < 19844
ORDER BY CASE WHEN l.amount < 0 THEN l.amount ELSE -l.amount END ASC NULLS LAST, l.batch ASC NULLS LAST, l.line ASC NULLS LAST, l.topic ASC NULLS LAST
LIMIT 50
-- parameter 1: "a"
