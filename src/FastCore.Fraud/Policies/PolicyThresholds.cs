namespace FastCore.Fraud.Policies;

/// <summary>From which probabilities on a transaction is held up.</summary>
/// <param name="Review">From here on it is reviewed, 0 to 1.</param>
/// <param name="Decline">From here on it is declined, 0 to 1; not below <paramref name="Review"/>.</param>
public readonly record struct PolicyThresholds(float Review, float Decline);
