namespace FastCore.Fraud.Policies;

/// <summary>Which of a policy's models decides for a card.</summary>
public enum ModelRole : byte
{
    /// <summary>None: the policy has no model, rules decide alone.</summary>
    None,

    /// <summary>The champion.</summary>
    Champion,

    /// <summary>The challenger, for its percentage of cards.</summary>
    Challenger,
}
