SELECT a.client_id, a.name, f."client_revenue_minor", f."client_first_day"
FROM (
  SELECT coalesce(i.client, a.account) AS party,
    CAST(sum(CAST(a."client_revenue_minor" AS DECIMAL(38, 0))) AS BIGINT) AS "client_revenue_minor",
    min(a."client_first_day") AS "client_first_day"
  FROM (
    SELECT account,
      sum(CAST(CASE WHEN day >= 19723 AND day < 20089 THEN amount ELSE 0 END AS DECIMAL(38, 0))) AS "client_revenue_minor",
      min(first_day) AS "client_first_day"
    FROM (
      SELECT account, month AS day, amount, lines, documents, first_day, last_day
      FROM "lake"."odd""name"."cell" c
      WHERE account IS NOT NULL AND month < 20089
    ) facts
    GROUP BY account
  ) a
  LEFT JOIN "lake"."odd""name"."identity" i ON i.account = a.account
  GROUP BY coalesce(i.client, a.account)
) f
JOIN "lake"."odd""name"."account" a ON a.account = f.party
WHERE f."client_revenue_minor" BETWEEN (-9223372036854775807 - 1) AND 5 AND a.client_id IN (?, ?)
ORDER BY f."client_revenue_minor" DESC NULLS LAST, a.client_id ASC
OFFSET 20
LIMIT 10
-- parameter 1: "a"
-- parameter 2: "b"
