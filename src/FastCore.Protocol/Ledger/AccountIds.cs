namespace FastCore.Protocol.Ledger;

/// <summary>
/// The account ids that belong to the engine: the 256 highest. Other domains keep their internal accounts there. To
/// clients they are what 2^128 − 1 always was: an account with such an id cannot be opened and not be moved by a
/// transfer (<c>id_must_not_be_int_max</c> and its kin); lookups, statements and queries show it.
/// </summary>
public static class AccountIds
{
    /// <summary>First id of the engine: 2^128 − 256.</summary>
    public static UInt128 ReservedFirst => UInt128.MaxValue - 255;

    /// <summary>Whether an id belongs to the engine.</summary>
    public static bool IsReserved(UInt128 id) =>
        (ulong)(id >> 64) == ulong.MaxValue && (ulong)id >= ulong.MaxValue - 255;
}
