namespace FastCore.Protocol.Ledger;

/// <summary>Order of a <see cref="QueryFilter"/>.</summary>
[Flags]
public enum QueryFilterFlags : uint
{
    /// <summary>Oldest first.</summary>
    None = 0,

    /// <summary>Newest first.</summary>
    Reversed = 1 << 0,
}
