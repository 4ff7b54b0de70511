namespace FastCore.Protocol.Ledger;

/// <summary>
/// The wire names of the ledger's codes and flags, in snake_case as the documents and the command line write them. The
/// enum members are the only source: <c>ExistsWithDifferentUserData128</c> is
/// <c>exists_with_different_user_data_128</c>.
/// </summary>
public static class LedgerNames
{
    private static readonly SnakeCaseNames<CreateAccountStatus> AccountStatuses = new();
    private static readonly SnakeCaseNames<CreateTransferStatus> TransferStatuses = new();
    private static readonly SnakeCaseNames<AccountFlags> AccountFlagNames = new();
    private static readonly SnakeCaseNames<TransferFlags> TransferFlagNames = new();

    /// <summary>The name of a status; its number when it is none.</summary>
    public static string Of(CreateAccountStatus status) => AccountStatuses.NameOf(status);

    /// <summary>The name of a status; its number when it is none.</summary>
    public static string Of(CreateTransferStatus status) => TransferStatuses.NameOf(status);

    /// <summary>The name of a single flag.</summary>
    public static string Of(AccountFlags flag) => AccountFlagNames.NameOf(flag);

    /// <summary>The name of a single flag.</summary>
    public static string Of(TransferFlags flag) => TransferFlagNames.NameOf(flag);

    /// <summary>The status of a name.</summary>
    public static bool TryParse(string name, out CreateAccountStatus status) =>
        AccountStatuses.TryParse(name, out status);

    /// <summary>The status of a name.</summary>
    public static bool TryParse(string name, out CreateTransferStatus status) =>
        TransferStatuses.TryParse(name, out status);

    /// <summary>The flag of a name.</summary>
    public static bool TryParse(string name, out AccountFlags flag) => AccountFlagNames.TryParse(name, out flag);

    /// <summary>The flag of a name.</summary>
    public static bool TryParse(string name, out TransferFlags flag) => TransferFlagNames.TryParse(name, out flag);
}
