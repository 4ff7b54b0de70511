using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// A wire filter made ready: zeroes turned into bounds, checked once, asked for every row and every block.
/// </summary>
internal readonly struct TransferFilter
{
    private const AccountFilterFlags BothSides = AccountFilterFlags.Debits | AccountFilterFlags.Credits;

    private readonly UInt128 _accountId;
    private readonly UInt128 _userData128;
    private readonly UInt128 _amountMin;
    private readonly UInt128 _amountMax;
    private readonly ulong _book;
    private readonly ulong _userData64;
    private readonly uint _userData32;
    private readonly uint _ledger;
    private readonly ushort _code;
    private readonly AccountFilterFlags _sides;

    /// <summary>The filter of one account's transfers.</summary>
    public TransferFilter(ulong book, in AccountFilter filter, bool ignoresLimit)
    {
        _book = book;
        _accountId = filter.AccountId;
        _sides = filter.Flags & BothSides;
        _userData128 = filter.UserData128;
        _userData64 = filter.UserData64;
        _userData32 = filter.UserData32;
        _code = filter.Code;
        _amountMin = filter.AmountMin;
        _amountMax = filter.AmountMax == UInt128.Zero ? UInt128.MaxValue : filter.AmountMax;
        MinNs = filter.TimestampMin;
        MaxNs = filter.TimestampMax == 0 ? TimestampRange.Max : filter.TimestampMax;
        EndsAtNewest = filter.TimestampMax == 0;
        IsReversed = (filter.Flags & AccountFilterFlags.Reversed) != 0;
        IsValid = filter.AccountId != UInt128.Zero
            && filter.AccountId != UInt128.MaxValue
            && (filter.Limit != 0 || ignoresLimit)
            && _sides != 0
            && (filter.Flags & ~(BothSides | AccountFilterFlags.Reversed)) == 0
            && filter.Reserved0 == 0
            && filter.Reserved1 == UInt128.Zero
            && filter.Reserved2 == 0
            && AreBoundsValid(filter.TimestampMin, filter.TimestampMax);
    }

    /// <summary>The filter of a book's transfers.</summary>
    public TransferFilter(ulong book, in QueryFilter filter, bool ignoresLimit)
    {
        _book = book;
        _userData128 = filter.UserData128;
        _userData64 = filter.UserData64;
        _userData32 = filter.UserData32;
        _ledger = filter.Ledger;
        _code = filter.Code;
        _amountMin = filter.AmountMin;
        _amountMax = filter.AmountMax == UInt128.Zero ? UInt128.MaxValue : filter.AmountMax;
        MinNs = filter.TimestampMin;
        MaxNs = filter.TimestampMax == 0 ? TimestampRange.Max : filter.TimestampMax;
        EndsAtNewest = filter.TimestampMax == 0;
        IsReversed = (filter.Flags & QueryFilterFlags.Reversed) != 0;
        IsValid = (filter.Limit != 0 || ignoresLimit)
            && (filter.Flags & ~QueryFilterFlags.Reversed) == 0
            && filter.Reserved0 == 0
            && filter.Reserved1 == 0
            && filter.Reserved2 == UInt128.Zero
            && filter.Reserved3 == UInt128.Zero
            && AreBoundsValid(filter.TimestampMin, filter.TimestampMax);
    }

    /// <summary>False: the filter selects nothing.</summary>
    public bool IsValid { get; }

    public bool IsReversed { get; }

    /// <summary>True when the newest transfer may be selected as far as time goes.</summary>
    public bool EndsAtNewest { get; }

    public ulong MinNs { get; }

    public ulong MaxNs { get; }

    /// <summary>Whether the transfer of a row is selected.</summary>
    public bool Matches(in TransferRow row)
    {
        ref readonly Transfer transfer = ref row.Transfer;
        return row.IsTransfer
            && row.Book == _book
            && transfer.Timestamp >= MinNs
            && transfer.Timestamp <= MaxNs
            && (_sides == 0 || IsOfAccount(transfer))
            && transfer.Amount >= _amountMin
            && transfer.Amount <= _amountMax
            && (_userData128 == UInt128.Zero || transfer.UserData128 == _userData128)
            && (_userData64 == 0 || transfer.UserData64 == _userData64)
            && (_userData32 == 0 || transfer.UserData32 == _userData32)
            && (_ledger == 0 || transfer.Ledger == _ledger)
            && (_code == 0 || transfer.Code == _code);
    }

    /// <summary>Whether a block with this summary may hold a transfer that is selected.</summary>
    public bool MayMatch(ReadOnlySpan<byte> summary)
    {
        ref readonly TransferSummary header = ref TransferSummary.Header(summary);
        return header.TransferCount != 0
            && header.TimestampMaxNs >= MinNs
            && header.TimestampMinNs <= MaxNs
            && header.AmountMax >= _amountMin
            && header.AmountMin <= _amountMax
            && (_ledger == 0 || (_ledger >= header.LedgerMin && _ledger <= header.LedgerMax))
            && (_code == 0 || (_code >= header.CodeMin && _code <= header.CodeMax))
            && TransferSummary.MayHoldBook(summary, _book)
            && (_sides == 0 || TransferSummary.MayHoldAccount(summary, _book, _accountId))
            && MayMatchUserData(header, summary);
    }

    /// <summary>Whether the account of the filter is the debit side of a transfer.</summary>
    public bool IsDebit(in Transfer transfer) => transfer.DebitAccountId == _accountId;

    private static bool AreTimestampsValid(ulong min, ulong max) =>
        (min == 0 || TimestampRange.IsValid(min))
        && (max == 0 || TimestampRange.IsValid(max))
        && (max == 0 || min <= max);

    private bool AreBoundsValid(ulong min, ulong max) => AreTimestampsValid(min, max) && _amountMin <= _amountMax;

    private bool IsOfAccount(in Transfer transfer) =>
        ((_sides & AccountFilterFlags.Debits) != 0 && transfer.DebitAccountId == _accountId)
        || ((_sides & AccountFilterFlags.Credits) != 0 && transfer.CreditAccountId == _accountId);

    private bool MayMatchUserData(in TransferSummary header, ReadOnlySpan<byte> summary) =>
        (_userData128 == UInt128.Zero
            || (_userData128 >= header.UserData128Min
                && _userData128 <= header.UserData128Max
                && TransferSummary.MayHoldUserData128(summary, _book, _userData128)))
        && (_userData64 == 0
            || (_userData64 >= header.UserData64Min
                && _userData64 <= header.UserData64Max
                && TransferSummary.MayHoldUserData64(summary, _book, _userData64)))
        && (_userData32 == 0
            || (_userData32 >= header.UserData32Min
                && _userData32 <= header.UserData32Max
                && TransferSummary.MayHoldUserData32(summary, _book, _userData32)));
}
