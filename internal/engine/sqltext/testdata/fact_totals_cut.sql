SELECT topic, month, sum(CAST(CASE WHEN account IS NOT NULL THEN rows ELSE 0 END AS DECIMAL(38, 0))), sum(CAST(CASE WHEN account IS NOT NULL THEN amount ELSE 0 END AS DECIMAL(38, 0))), sum(CAST(CASE WHEN account IS NULL THEN rows ELSE 0 END AS DECIMAL(38, 0))), sum(CAST(CASE WHEN account IS NULL THEN amount ELSE 0 END AS DECIMAL(38, 0)))
FROM (
  SELECT account, month, topic, amount, rows
  FROM "lake"."odd""name"."fact_cell" c
  WHERE month >= 19763 AND month < 19844 AND (month IS NULL OR (month <> 19754))
  UNION ALL
  SELECT account, 19754, topic, amount, 1
  FROM "lake"."odd""name"."fact" f
  WHERE day >= 19763 AND day < 19844 AND ((day >= 19754 AND day < 19783))
) facts
GROUP BY topic, month
ORDER BY topic ASC NULLS LAST, month ASC NULLS LAST
