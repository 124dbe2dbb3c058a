SELECT account AS party,
  CAST(sum(CAST(amount AS DECIMAL(38, 0))) AS BIGINT) AS "client_revenue_minor",
  CAST(sum(CAST(0 AS DECIMAL(38, 0))) AS BIGINT) AS "client_revenue_prior_minor",
  CAST(sum(CAST(lines AS DECIMAL(38, 0))) AS BIGINT) AS "client_lines_ever_count"
FROM (
  SELECT account, month AS day, amount, lines, documents, first_day, last_day
  FROM "cell" c
  WHERE account IS NOT NULL
) facts
GROUP BY account
