SELECT coalesce(sum(CAST(CASE WHEN inside = 1 AND account IS NOT NULL THEN lines ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 1 AND account IS NOT NULL THEN amount ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 1 AND account IS NULL THEN lines ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 1 AND account IS NULL THEN amount ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 0 THEN lines ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 0 THEN amount ELSE 0 END AS DECIMAL(38, 0))), 0)
FROM (
  SELECT account, lines, amount, lines_pos, amount_pos, CASE WHEN day >= 19723 AND day < 20089 THEN 1 ELSE 0 END AS inside
  FROM (
    SELECT account, month AS day, amount, lines, amount_pos, lines_pos
    FROM "cell" c
  ) facts
) f
