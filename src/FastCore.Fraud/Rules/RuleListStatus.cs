namespace FastCore.Fraud.Rules;

/// <summary>What became of a change of a list. Only the first three change anything.</summary>
public enum RuleListStatus : byte
{
    /// <summary>The key is in the list now.</summary>
    Added,

    /// <summary>The key was in the list; it has the new expiry now.</summary>
    Replaced,

    /// <summary>The key is no longer in the list.</summary>
    Removed,

    /// <summary>The key was not in the list.</summary>
    NotThere,

    /// <summary>There is no such list.</summary>
    UnknownList,

    /// <summary>The key is zero, or no BIN.</summary>
    BadKey,

    /// <summary>The expiry is not after the present.</summary>
    AlreadyExpired,

    /// <summary>There is no room for one more entry.</summary>
    Full,
}
