namespace FastCore.Fraud.Rules;

/// <summary>What a rule or a list says about a transaction.</summary>
public enum RuleOutcome : byte
{
    /// <summary>Nothing: the model and its thresholds decide.</summary>
    None,

    /// <summary>Let it pass.</summary>
    Approve,

    /// <summary>Hold it until somebody looked at it.</summary>
    Review,

    /// <summary>Refuse it.</summary>
    Decline,
}
