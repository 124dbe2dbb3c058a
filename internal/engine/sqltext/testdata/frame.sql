SELECT account AS party,
  CAST(sum(CAST(CASE WHEN day >= 19723 AND day < 20089 THEN amount ELSE 0 END AS DECIMAL(38, 0))) AS BIGINT) AS "client_revenue_minor",
  CAST(sum(CAST(CASE WHEN day >= 19358 AND day < 19723 THEN amount ELSE 0 END AS DECIMAL(38, 0))) AS BIGINT) AS "client_revenue_prior_minor",
  CAST(sum(CAST(CASE WHEN day >= 19723 AND day < 20089 THEN documents ELSE 0 END AS DECIMAL(38, 0))) AS BIGINT) AS "client_invoices_count",
  CAST(sum(CAST(CASE WHEN day >= 19723 AND day < 20089 THEN lines ELSE 0 END AS DECIMAL(38, 0))) AS BIGINT) AS "client_lines_count",
  CAST(sum(CAST(CASE WHEN day >= 19358 AND day < 19723 THEN lines ELSE 0 END AS DECIMAL(38, 0))) AS BIGINT) AS "client_lines_prior_count",
  CAST(sum(CAST(CASE WHEN day < 19358 THEN lines ELSE 0 END AS DECIMAL(38, 0))) AS BIGINT) AS "client_lines_earlier_count",
  CAST(sum(CAST(lines AS DECIMAL(38, 0))) AS BIGINT) AS "client_lines_ever_count",
  min(first_day) AS "client_first_day",
  max(last_day) AS "client_last_day"
FROM (
  SELECT account, month AS day, amount, lines, documents, first_day, last_day
  FROM "cell" c
  WHERE account IS NOT NULL AND month < 20089
) facts
GROUP BY account
