using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>A decision as it is kept.</summary>
/// <param name="Record">Request, decision and what became of it, as a lookup tells them.</param>
/// <param name="TimeNs">When it happened, as the windows saw it before later ones; Unix nanoseconds.</param>
/// <param name="Vector">Its features as models read them, in the order of the features; NaN is missing.</param>
/// <param name="ShadowMargins">Margins of the shadow models, in the policy's order; zeros behind them.</param>
public sealed record StoredDecision(DecisionRecord Record, ulong TimeNs, float[] Vector, float[] ShadowMargins);
