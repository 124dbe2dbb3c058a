SELECT topic, month, sum(CAST(CASE WHEN account IS NOT NULL THEN rows ELSE 0 END AS DECIMAL(38, 0))), sum(CAST(CASE WHEN account IS NOT NULL THEN amount ELSE 0 END AS DECIMAL(38, 0))), sum(CAST(CASE WHEN account IS NULL THEN rows ELSE 0 END AS DECIMAL(38, 0))), sum(CAST(CASE WHEN account IS NULL THEN amount ELSE 0 END AS DECIMAL(38, 0)))
FROM (
  SELECT account, month, topic, amount, rows
  FROM "fact_cell" c
  WHERE month >= 19723 AND month < 20089
) facts
GROUP BY topic, month
ORDER BY topic ASC NULLS LAST, month ASC NULLS LAST
