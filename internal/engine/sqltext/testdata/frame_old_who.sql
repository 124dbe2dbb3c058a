SELECT coalesce(i.client, a.account) AS party,
  CAST(sum(CAST(a."client_revenue_minor" AS DECIMAL(38, 0))) AS BIGINT) AS "client_revenue_minor"
FROM (
  SELECT account,
    sum(CAST(CASE WHEN day >= 20148 AND day < 20513 THEN amount ELSE 0 END AS DECIMAL(38, 0))) AS "client_revenue_minor",
    sum(CASE WHEN day < 20148 THEN lines ELSE 0 END) AS seasoned
  FROM (
    SELECT account, month AS day, amount, lines, documents, first_day, last_day
    FROM "lake"."odd""name"."cell" c
    WHERE account IS NOT NULL AND month < 20513
  ) facts
  GROUP BY account
) a
LEFT JOIN "lake"."odd""name"."identity" i ON i.account = a.account
GROUP BY coalesce(i.client, a.account)
HAVING sum(a.seasoned) > 0
