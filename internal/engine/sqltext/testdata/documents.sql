SELECT a.client_id, d.document_hi, d.document_lo, d.amount
FROM (
  SELECT l.account AS party, l.document_hi, l.document_lo, CAST(sum(CAST(l.amount AS DECIMAL(38, 0))) AS BIGINT) AS amount
  FROM "line" l
  WHERE l.account IS NOT NULL AND l.day >= 19723 AND l.day < 20089
  GROUP BY l.account, l.document_hi, l.document_lo
) d
JOIN "account" a ON a.account = d.party
