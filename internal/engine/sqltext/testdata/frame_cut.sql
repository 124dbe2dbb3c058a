SELECT coalesce(i.parent, a.account) AS party,
  CAST(sum(CAST(a."client_revenue_minor" AS DECIMAL(38, 0))) AS BIGINT) AS "client_revenue_minor",
  CAST(sum(CAST(a."client_revenue_prior_minor" AS DECIMAL(38, 0))) AS BIGINT) AS "client_revenue_prior_minor",
  CAST(sum(CAST(a."client_invoices_count" AS DECIMAL(38, 0))) AS BIGINT) AS "client_invoices_count",
  CAST(sum(CAST(a."client_lines_count" AS DECIMAL(38, 0))) AS BIGINT) AS "client_lines_count",
  CAST(sum(CAST(a."client_lines_prior_count" AS DECIMAL(38, 0))) AS BIGINT) AS "client_lines_prior_count",
  CAST(sum(CAST(a."client_lines_earlier_count" AS DECIMAL(38, 0))) AS BIGINT) AS "client_lines_earlier_count",
  CAST(sum(CAST(a."client_lines_ever_count" AS DECIMAL(38, 0))) AS BIGINT) AS "client_lines_ever_count",
  min(a."client_first_day") AS "client_first_day",
  max(a."client_last_day") AS "client_last_day"
FROM (
  SELECT account,
    sum(CAST(CASE WHEN day >= 19763 AND day < 19844 THEN amount ELSE 0 END AS DECIMAL(38, 0))) AS "client_revenue_minor",
    sum(CAST(CASE WHEN day >= 19398 AND day < 19478 THEN amount ELSE 0 END AS DECIMAL(38, 0))) AS "client_revenue_prior_minor",
    sum(CAST(CASE WHEN day >= 19763 AND day < 19844 THEN documents ELSE 0 END AS DECIMAL(38, 0))) AS "client_invoices_count",
    sum(CAST(CASE WHEN day >= 19763 AND day < 19844 THEN lines ELSE 0 END AS DECIMAL(38, 0))) AS "client_lines_count",
    sum(CAST(CASE WHEN day >= 19398 AND day < 19478 THEN lines ELSE 0 END AS DECIMAL(38, 0))) AS "client_lines_prior_count",
    sum(CAST(CASE WHEN day < 19398 THEN lines ELSE 0 END AS DECIMAL(38, 0))) AS "client_lines_earlier_count",
    sum(CAST(lines AS DECIMAL(38, 0))) AS "client_lines_ever_count",
    min(first_day) AS "client_first_day",
    max(last_day) AS "client_last_day"
  FROM (
    SELECT account, month AS day, amount_pos AS amount, lines_pos AS lines, documents_pos AS documents, first_day_pos AS first_day, last_day_pos AS last_day
    FROM "lake"."odd""name"."cell" c
    WHERE account IS NOT NULL AND month < 19844 AND (month IS NULL OR (month <> 19389 AND month <> 19754)) AND lines_pos > 0
    UNION ALL
    SELECT account, day, amount, 1, CASE WHEN document_first_pos THEN 1 ELSE 0 END, day, day
    FROM "lake"."odd""name"."line" l
    WHERE account IS NOT NULL AND day < 19844 AND ((day >= 19389 AND day < 19417) OR (day >= 19754 AND day < 19783)) AND amount > 0
  ) facts
  GROUP BY account
) a
LEFT JOIN "lake"."odd""name"."identity" i ON i.account = a.account
GROUP BY coalesce(i.parent, a.account)
