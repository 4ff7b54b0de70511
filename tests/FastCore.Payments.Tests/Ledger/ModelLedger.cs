using System.Numerics;
using FastCore.Protocol.Ledger;
using A = FastCore.Protocol.Ledger.CreateAccountStatus;
using T = FastCore.Protocol.Ledger.CreateTransferStatus;

namespace FastCore.Payments.Tests.Ledger;

/// <summary>
/// The accounting rules once more, as plainly as possible: dictionaries, lists, big integers, a copy of everything
/// where a chain may have to be taken back. Written from the rules, not from the engine.
/// </summary>
internal sealed class ModelLedger
{
    private static readonly UInt128 Max = UInt128.MaxValue;

    private State _state = new();

    public ulong Last { get; private set; }

    /// <summary>Begins a batch: sets the time and expires what is due.</summary>
    public void BeginBatch(ulong timestampNs)
    {
        Last = timestampNs;
        foreach (Pending due in _state.Pendings.Values
            .Where(p => p.Status == "open" && p.ExpiresNs != 0 && p.ExpiresNs <= timestampNs)
            .OrderBy(p => p.ExpiresNs).ThenBy(p => p.Order).ToList())
        {
            Last++;
            due.Status = "expired";
            Transfer t = _state.Transfers[(due.Book, due.Id)];
            Update(due.Book, t.DebitAccountId, (ref Account a) =>
            {
                a.DebitsPending -= t.Amount;
                a.Flags &= t.Flags.HasFlag(TransferFlags.ClosingDebit) ? ~AccountFlags.Closed : a.Flags;
            });
            Update(due.Book, t.CreditAccountId, (ref Account a) =>
            {
                a.CreditsPending -= t.Amount;
                a.Flags &= t.Flags.HasFlag(TransferFlags.ClosingCredit) ? ~AccountFlags.Closed : a.Flags;
            });
        }
    }

    public CreateAccountResult[] CreateAccounts(ulong book, Account[] events) =>
        [.. Execute(
            events, e => e.Flags.HasFlag(AccountFlags.Linked), e => e.Flags.HasFlag(AccountFlags.Imported),
            e => e.Timestamp,
            (uint)A.ImportedEventExpected, (uint)A.ImportedEventNotExpected,
            (uint)A.ImportedEventTimestampOutOfRange, (uint)A.ImportedEventTimestampMustNotAdvance,
            (e, ns) =>
            {
                (A status, ulong at) = Create(book, e, ns);
                return ((uint)status, at);
            },
            (_, _) => { })
            .Select(r => new CreateAccountResult { Timestamp = r.At, Status = (A)r.Status })];

    public CreateTransferResult[] CreateTransfers(ulong book, Transfer[] events) =>
        [.. Execute(
            events, e => e.Flags.HasFlag(TransferFlags.Linked), e => e.Flags.HasFlag(TransferFlags.Imported),
            e => e.Timestamp,
            (uint)T.ImportedEventExpected, (uint)T.ImportedEventNotExpected,
            (uint)T.ImportedEventTimestampOutOfRange, (uint)T.ImportedEventTimestampMustNotAdvance,
            (e, ns) =>
            {
                (T status, ulong at) = Create(book, e, ns);
                return ((uint)status, at);
            },
            (e, status) =>
            {
                if ((T)status is T.DebitAccountNotFound or T.CreditAccountNotFound or T.PendingTransferNotFound
                    or T.DebitAccountAlreadyClosed or T.CreditAccountAlreadyClosed
                    or T.ExceedsCredits or T.ExceedsDebits)
                {
                    _state.Burnt.Add((book, e.Id));
                }
            })
            .Select(r => new CreateTransferResult { Timestamp = r.At, Status = (T)r.Status })];

    public Account? Account(ulong book, UInt128 id) =>
        _state.Accounts.TryGetValue((book, id), out Account account) ? account : null;

    public Transfer? Transfer(ulong book, UInt128 id) =>
        _state.Transfers.TryGetValue((book, id), out Transfer transfer) ? transfer : null;

    public IEnumerable<Account> Accounts(ulong book) =>
        _state.Accounts.Where(a => a.Key.Book == book).Select(a => a.Value);

    public IEnumerable<Transfer> AccountTransfers(ulong book, AccountFilter f)
    {
        bool isValid = f.AccountId != 0 && f.AccountId != Max && f.Limit != 0
            && (f.Flags & (AccountFilterFlags.Debits | AccountFilterFlags.Credits)) != 0 && (uint)f.Flags < 8
            && f.Reserved0 == 0 && f.Reserved1 == 0 && f.Reserved2 == 0
            && AreBounds(f.TimestampMin, f.TimestampMax, f.AmountMin, f.AmountMax);
        return !isValid ? [] : Page(
            _state.Transfers.Where(t => t.Key.Book == book).Select(t => t.Value).Where(t =>
                ((f.Flags.HasFlag(AccountFilterFlags.Debits) && t.DebitAccountId == f.AccountId)
                    || (f.Flags.HasFlag(AccountFilterFlags.Credits) && t.CreditAccountId == f.AccountId))
                && Matches(t, f.UserData128, f.UserData64, f.UserData32, 0, f.Code)
                && InRange(t, f.TimestampMin, f.TimestampMax, f.AmountMin, f.AmountMax)),
            t => t.Timestamp, f.Flags.HasFlag(AccountFilterFlags.Reversed), f.Limit);
    }

    public IEnumerable<AccountBalance> AccountBalances(ulong book, AccountFilter f)
    {
        uint limit = f.Limit;
        f.Limit = limit == 0 ? 0u : int.MaxValue;
        return AccountTransfers(book, f)
            .Where(t => _state.Balances.ContainsKey((book, f.AccountId, t.Timestamp)))
            .Select(t => _state.Balances[(book, f.AccountId, t.Timestamp)])
            .Take((int)limit);
    }

    public IEnumerable<Transfer> QueryTransfers(ulong book, QueryFilter f) =>
        !IsValid(f) ? [] : Page(
            _state.Transfers.Where(t => t.Key.Book == book).Select(t => t.Value).Where(t =>
                Matches(t, f.UserData128, f.UserData64, f.UserData32, f.Ledger, f.Code)
                && InRange(t, f.TimestampMin, f.TimestampMax, f.AmountMin, f.AmountMax)),
            t => t.Timestamp, f.Flags.HasFlag(QueryFilterFlags.Reversed), f.Limit);

    public IEnumerable<Account> QueryAccounts(ulong book, QueryFilter f) =>
        !IsValid(f) || f.AmountMin != 0 || f.AmountMax != 0 ? [] : Page(
            Accounts(book).Where(a =>
                (f.UserData128 == 0 || a.UserData128 == f.UserData128)
                && (f.UserData64 == 0 || a.UserData64 == f.UserData64)
                && (f.UserData32 == 0 || a.UserData32 == f.UserData32)
                && (f.Ledger == 0 || a.Ledger == f.Ledger)
                && (f.Code == 0 || a.Code == f.Code)
                && a.Timestamp >= f.TimestampMin && (f.TimestampMax == 0 || a.Timestamp <= f.TimestampMax)),
            a => a.Timestamp, f.Flags.HasFlag(QueryFilterFlags.Reversed), f.Limit);

    private static bool IsValid(QueryFilter f) =>
        f.Limit != 0 && (uint)f.Flags < 2 && f.Reserved0 == 0 && f.Reserved1 == 0 && f.Reserved2 == 0
        && f.Reserved3 == 0 && AreBounds(f.TimestampMin, f.TimestampMax, f.AmountMin, f.AmountMax);

    private static bool AreBounds(ulong nsMin, ulong nsMax, UInt128 amountMin, UInt128 amountMax) =>
        nsMin <= long.MaxValue && nsMax <= long.MaxValue && (nsMax == 0 || nsMin <= nsMax)
        && (amountMax == 0 || amountMin <= amountMax);

    private static bool Matches(Transfer t, UInt128 u128, ulong u64, uint u32, uint ledger, ushort code) =>
        (u128 == 0 || t.UserData128 == u128) && (u64 == 0 || t.UserData64 == u64) && (u32 == 0 || t.UserData32 == u32)
        && (ledger == 0 || t.Ledger == ledger) && (code == 0 || t.Code == code);

    private static bool InRange(Transfer t, ulong nsMin, ulong nsMax, UInt128 amountMin, UInt128 amountMax) =>
        t.Timestamp >= nsMin && (nsMax == 0 || t.Timestamp <= nsMax)
        && t.Amount >= amountMin && (amountMax == 0 || t.Amount <= amountMax);

    private static IEnumerable<TItem> Page<TItem>(
        IEnumerable<TItem> items, Func<TItem, ulong> ns, bool isReversed, uint limit) =>
        (isReversed ? items.OrderByDescending(ns) : items.OrderBy(ns)).Take((int)Math.Min(limit, int.MaxValue));

    private List<(uint Status, ulong At)> Execute<TEvent>(
        TEvent[] events, Func<TEvent, bool> isLinked, Func<TEvent, bool> isImported, Func<TEvent, ulong> ns,
        uint expected, uint notExpected, uint outOfRange, uint mustNotAdvance,
        Func<TEvent, ulong, (uint, ulong)> create, Action<TEvent, uint> refused)
    {
        ulong first = Last + 1;
        ulong requestNs = Last + (ulong)events.Length;
        Last = requestNs;
        List<(uint Status, ulong At)> results = [];
        for (int start = 0; start < events.Length;)
        {
            int end = start;
            while (end < events.Length && isLinked(events[end]))
            {
                end++;
            }

            bool isOpen = end == events.Length;
            int last = isOpen ? end - 1 : end;
            State before = last > start || isOpen ? _state.Copy() : _state;
            int failed = -1;
            for (int i = start; i <= last; i++)
            {
                TEvent e = events[i];
                ulong eventNs = first + (ulong)i;
                (uint Status, ulong At) result;
                if (isOpen && i == last)
                {
                    result = (2, eventNs);
                }
                else if (failed >= 0)
                {
                    result = (1, eventNs);
                }
                else if (isImported(e) != isImported(events[0]))
                {
                    result = (isImported(e) ? notExpected : expected, eventNs);
                }
                else if (!isImported(e) && ns(e) != 0)
                {
                    result = (3, eventNs);
                }
                else if (isImported(e) && (ns(e) == 0 || ns(e) > long.MaxValue))
                {
                    result = (outOfRange, eventNs);
                }
                else if (isImported(e) && ns(e) >= requestNs)
                {
                    result = (mustNotAdvance, eventNs);
                }
                else
                {
                    result = create(e, eventNs);
                }

                results.Add(result);
                if (result.Status != uint.MaxValue && failed < 0)
                {
                    failed = i;
                    _state = before;
                    refused(e, result.Status);
                    for (int k = start; k < i; k++)
                    {
                        results[k] = (1, first + (ulong)k);
                    }
                }
            }

            start = last + 1;
        }

        return results;
    }

    private (A Status, ulong At) Create(ulong book, Account a, ulong ns)
    {
        if (a.Reserved != 0) { return (A.ReservedField, ns); }
        if ((ushort)a.Flags >= 64) { return (A.ReservedFlag, ns); }
        if (a.Id == 0) { return (A.IdMustNotBeZero, ns); }
        if (a.Id == Max) { return (A.IdMustNotBeIntMax, ns); }
        if (Account(book, a.Id) is { } e)
        {
            return a.Flags != e.Flags ? (A.ExistsWithDifferentFlags, ns)
                : a.UserData128 != e.UserData128 ? (A.ExistsWithDifferentUserData128, ns)
                : a.UserData64 != e.UserData64 ? (A.ExistsWithDifferentUserData64, ns)
                : a.UserData32 != e.UserData32 ? (A.ExistsWithDifferentUserData32, ns)
                : a.Ledger != e.Ledger ? (A.ExistsWithDifferentLedger, ns)
                : a.Code != e.Code ? (A.ExistsWithDifferentCode, ns)
                : (A.Exists, e.Timestamp);
        }

        if (((ushort)a.Flags & 6) == 6) { return (A.FlagsAreMutuallyExclusive, ns); }
        if (a.DebitsPending != 0) { return (A.DebitsPendingMustBeZero, ns); }
        if (a.DebitsPosted != 0) { return (A.DebitsPostedMustBeZero, ns); }
        if (a.CreditsPending != 0) { return (A.CreditsPendingMustBeZero, ns); }
        if (a.CreditsPosted != 0) { return (A.CreditsPostedMustBeZero, ns); }
        if (a.Ledger == 0) { return (A.LedgerMustNotBeZero, ns); }
        if (a.Code == 0) { return (A.CodeMustNotBeZero, ns); }
        if (a.Flags.HasFlag(AccountFlags.Imported))
        {
            if (Accounts(book).Any(x => x.Timestamp >= a.Timestamp)
                || _state.Transfers.Any(t => t.Key.Book == book && t.Value.Timestamp == a.Timestamp))
            {
                return (A.ImportedEventTimestampMustNotRegress, ns);
            }

            ns = a.Timestamp;
        }

        a.Timestamp = ns;
        _state.Accounts[(book, a.Id)] = a;
        return (A.Created, ns);
    }

    private (T Status, ulong At) Create(ulong book, Transfer t, ulong ns)
    {
        if ((ushort)t.Flags >= 512) { return (T.ReservedFlag, ns); }
        if (t.Id == 0) { return (T.IdMustNotBeZero, ns); }
        if (t.Id == Max) { return (T.IdMustNotBeIntMax, ns); }
        if (Transfer(book, t.Id) is { } e) { return Compare(book, t, e, ns); }
        if (_state.Burnt.Contains((book, t.Id))) { return (T.IdAlreadyFailed, ns); }
        bool isPost = t.Flags.HasFlag(TransferFlags.PostPendingTransfer);
        bool isVoid = t.Flags.HasFlag(TransferFlags.VoidPendingTransfer);
        if (isPost || isVoid) { return Resolve(book, t, isPost, isVoid, ns); }
        bool isPending = t.Flags.HasFlag(TransferFlags.Pending);
        if (t.DebitAccountId == 0) { return (T.DebitAccountIdMustNotBeZero, ns); }
        if (t.DebitAccountId == Max) { return (T.DebitAccountIdMustNotBeIntMax, ns); }
        if (t.CreditAccountId == 0) { return (T.CreditAccountIdMustNotBeZero, ns); }
        if (t.CreditAccountId == Max) { return (T.CreditAccountIdMustNotBeIntMax, ns); }
        if (t.DebitAccountId == t.CreditAccountId) { return (T.AccountsMustBeDifferent, ns); }
        if (t.PendingId != 0) { return (T.PendingIdMustBeZero, ns); }
        if (!isPending && t.Timeout != 0) { return (T.TimeoutReservedForPendingTransfer, ns); }
        if (!isPending && ((ushort)t.Flags & 0xC0) != 0) { return (T.ClosingTransferMustBePending, ns); }
        if (t.Ledger == 0) { return (T.LedgerMustNotBeZero, ns); }
        if (t.Code == 0) { return (T.CodeMustNotBeZero, ns); }
        if (Account(book, t.DebitAccountId) is not { } d) { return (T.DebitAccountNotFound, ns); }
        if (Account(book, t.CreditAccountId) is not { } c) { return (T.CreditAccountNotFound, ns); }
        if (d.Ledger != c.Ledger) { return (T.AccountsMustHaveTheSameLedger, ns); }
        if (t.Ledger != d.Ledger) { return (T.TransferMustHaveTheSameLedgerAsAccounts, ns); }
        ulong at = ns;
        if (t.Flags.HasFlag(TransferFlags.Imported))
        {
            if (Regresses(book, t)) { return (T.ImportedEventTimestampMustNotRegress, ns); }
            if (t.Timestamp <= d.Timestamp) { return (T.ImportedEventTimestampMustPostdateDebitAccount, ns); }
            if (t.Timestamp <= c.Timestamp) { return (T.ImportedEventTimestampMustPostdateCreditAccount, ns); }
            if (t.Timeout != 0) { return (T.ImportedEventTimeoutMustBeZero, ns); }
            at = t.Timestamp;
        }

        if (d.Flags.HasFlag(AccountFlags.Closed)) { return (T.DebitAccountAlreadyClosed, ns); }
        if (c.Flags.HasFlag(AccountFlags.Closed)) { return (T.CreditAccountAlreadyClosed, ns); }
        BigInteger amount = t.Amount;
        if (t.Flags.HasFlag(TransferFlags.BalancingDebit))
        {
            amount = BigInteger.Clamp((BigInteger)d.CreditsPosted - d.DebitsPosted - d.DebitsPending, 0, amount);
        }

        if (t.Flags.HasFlag(TransferFlags.BalancingCredit))
        {
            amount = BigInteger.Clamp((BigInteger)c.DebitsPosted - c.CreditsPosted - c.CreditsPending, 0, amount);
        }

        if (isPending && amount + d.DebitsPending > Max) { return (T.OverflowsDebitsPending, ns); }
        if (isPending && amount + c.CreditsPending > Max) { return (T.OverflowsCreditsPending, ns); }
        if (amount + d.DebitsPosted > Max) { return (T.OverflowsDebitsPosted, ns); }
        if (amount + c.CreditsPosted > Max) { return (T.OverflowsCreditsPosted, ns); }
        if (amount + d.DebitsPosted + d.DebitsPending > Max) { return (T.OverflowsDebits, ns); }
        if (amount + c.CreditsPosted + c.CreditsPending > Max) { return (T.OverflowsCredits, ns); }
        if ((UInt128)at + ((UInt128)t.Timeout * 1_000_000_000) > long.MaxValue) { return (T.OverflowsTimeout, ns); }
        if (d.Flags.HasFlag(AccountFlags.DebitsMustNotExceedCredits)
            && amount + d.DebitsPosted + d.DebitsPending > d.CreditsPosted)
        {
            return (T.ExceedsCredits, ns);
        }

        if (c.Flags.HasFlag(AccountFlags.CreditsMustNotExceedDebits)
            && amount + c.CreditsPosted + c.CreditsPending > c.DebitsPosted)
        {
            return (T.ExceedsDebits, ns);
        }

        t.Amount = (UInt128)amount;
        t.Timestamp = at;
        _state.Transfers[(book, t.Id)] = t;
        if (isPending)
        {
            _state.Pendings[(book, t.Id)] = new Pending(book, t.Id, _state.Pendings.Count)
            {
                ExpiresNs = t.Timeout == 0 ? 0 : at + (t.Timeout * 1_000_000_000UL),
            };
        }

        Update(book, t.DebitAccountId, (ref Account a) =>
        {
            a.DebitsPending += isPending ? t.Amount : 0;
            a.DebitsPosted += isPending ? 0 : t.Amount;
            a.Flags |= t.Flags.HasFlag(TransferFlags.ClosingDebit) ? AccountFlags.Closed : 0;
        });
        Update(book, t.CreditAccountId, (ref Account a) =>
        {
            a.CreditsPending += isPending ? t.Amount : 0;
            a.CreditsPosted += isPending ? 0 : t.Amount;
            a.Flags |= t.Flags.HasFlag(TransferFlags.ClosingCredit) ? AccountFlags.Closed : 0;
        });
        KeepBalances(book, t);
        return (T.Created, at);
    }

    private (T Status, ulong At) Compare(ulong book, Transfer t, Transfer e, ulong ns)
    {
        if (t.Flags != e.Flags) { return (T.ExistsWithDifferentFlags, ns); }
        if (t.PendingId != e.PendingId) { return (T.ExistsWithDifferentPendingId, ns); }
        if (t.Timeout != e.Timeout) { return (T.ExistsWithDifferentTimeout, ns); }
        bool isPost = t.Flags.HasFlag(TransferFlags.PostPendingTransfer);
        bool isVoid = t.Flags.HasFlag(TransferFlags.VoidPendingTransfer);
        if (isPost || isVoid)
        {
            // What a resolution leaves out, it takes from its pending transfer: fill it in, then compare plainly.
            Transfer p = _state.Transfers[(book, t.PendingId)];
            t.DebitAccountId = t.DebitAccountId == 0 ? p.DebitAccountId : t.DebitAccountId;
            t.CreditAccountId = t.CreditAccountId == 0 ? p.CreditAccountId : t.CreditAccountId;
            t.Amount = (isVoid && t.Amount == 0) || (isPost && t.Amount == Max) ? p.Amount : t.Amount;
            t.UserData128 = t.UserData128 == 0 ? p.UserData128 : t.UserData128;
            t.UserData64 = t.UserData64 == 0 ? p.UserData64 : t.UserData64;
            t.UserData32 = t.UserData32 == 0 ? p.UserData32 : t.UserData32;
            t.Ledger = t.Ledger == 0 ? p.Ledger : t.Ledger;
            t.Code = t.Code == 0 ? p.Code : t.Code;
        }

        bool isBalancing = ((ushort)t.Flags & 0x30) != 0;
        return t.DebitAccountId != e.DebitAccountId ? (T.ExistsWithDifferentDebitAccountId, ns)
            : t.CreditAccountId != e.CreditAccountId ? (T.ExistsWithDifferentCreditAccountId, ns)
            : (isBalancing ? t.Amount < e.Amount : t.Amount != e.Amount) ? (T.ExistsWithDifferentAmount, ns)
            : t.UserData128 != e.UserData128 ? (T.ExistsWithDifferentUserData128, ns)
            : t.UserData64 != e.UserData64 ? (T.ExistsWithDifferentUserData64, ns)
            : t.UserData32 != e.UserData32 ? (T.ExistsWithDifferentUserData32, ns)
            : t.Ledger != e.Ledger ? (T.ExistsWithDifferentLedger, ns)
            : t.Code != e.Code ? (T.ExistsWithDifferentCode, ns)
            : (T.Exists, e.Timestamp);
    }

    private (T Status, ulong At) Resolve(ulong book, Transfer t, bool isPost, bool isVoid, ulong ns)
    {
        if ((isPost && isVoid) || ((ushort)t.Flags & 0xF2) != 0) { return (T.FlagsAreMutuallyExclusive, ns); }
        if (t.PendingId == 0) { return (T.PendingIdMustNotBeZero, ns); }
        if (t.PendingId == Max) { return (T.PendingIdMustNotBeIntMax, ns); }
        if (t.PendingId == t.Id) { return (T.PendingIdMustBeDifferent, ns); }
        if (t.Timeout != 0) { return (T.TimeoutReservedForPendingTransfer, ns); }
        if (Transfer(book, t.PendingId) is not { } p) { return (T.PendingTransferNotFound, ns); }
        if (!p.Flags.HasFlag(TransferFlags.Pending)) { return (T.PendingTransferNotPending, ns); }
        if (t.DebitAccountId != 0 && t.DebitAccountId != p.DebitAccountId)
        {
            return (T.PendingTransferHasDifferentDebitAccountId, ns);
        }

        if (t.CreditAccountId != 0 && t.CreditAccountId != p.CreditAccountId)
        {
            return (T.PendingTransferHasDifferentCreditAccountId, ns);
        }

        if (t.Ledger != 0 && t.Ledger != p.Ledger) { return (T.PendingTransferHasDifferentLedger, ns); }
        if (t.Code != 0 && t.Code != p.Code) { return (T.PendingTransferHasDifferentCode, ns); }
        UInt128 amount = (isVoid && t.Amount == 0) || (isPost && t.Amount == Max) ? p.Amount : t.Amount;
        if (amount > p.Amount) { return (T.ExceedsPendingTransferAmount, ns); }
        if (isVoid && amount < p.Amount) { return (T.PendingTransferHasDifferentAmount, ns); }
        Pending pending = _state.Pendings[(book, t.PendingId)];
        if (pending.Status == "posted") { return (T.PendingTransferAlreadyPosted, ns); }
        if (pending.Status == "voided") { return (T.PendingTransferAlreadyVoided, ns); }
        if (pending.Status == "expired" || (pending.ExpiresNs != 0 && pending.ExpiresNs <= ns))
        {
            return (T.PendingTransferExpired, ns);
        }

        ulong at = ns;
        if (t.Flags.HasFlag(TransferFlags.Imported))
        {
            if (Regresses(book, t)) { return (T.ImportedEventTimestampMustNotRegress, ns); }
            at = t.Timestamp;
        }

        bool isDebitClosed = _state.Accounts[(book, p.DebitAccountId)].Flags.HasFlag(AccountFlags.Closed);
        bool isCreditClosed = _state.Accounts[(book, p.CreditAccountId)].Flags.HasFlag(AccountFlags.Closed);
        if (isPost && isDebitClosed) { return (T.DebitAccountAlreadyClosed, ns); }
        if (isPost && isCreditClosed) { return (T.CreditAccountAlreadyClosed, ns); }
        pending.Status = isPost ? "posted" : "voided";
        t.DebitAccountId = p.DebitAccountId;
        t.CreditAccountId = p.CreditAccountId;
        t.Ledger = p.Ledger;
        t.Code = p.Code;
        t.UserData128 = t.UserData128 == 0 ? p.UserData128 : t.UserData128;
        t.UserData64 = t.UserData64 == 0 ? p.UserData64 : t.UserData64;
        t.UserData32 = t.UserData32 == 0 ? p.UserData32 : t.UserData32;
        t.Amount = amount;
        t.Timestamp = at;
        _state.Transfers[(book, t.Id)] = t;
        Update(book, p.DebitAccountId, (ref Account a) =>
        {
            a.DebitsPending -= p.Amount;
            a.DebitsPosted += isPost ? amount : 0;
            a.Flags &= isVoid && p.Flags.HasFlag(TransferFlags.ClosingDebit) ? ~AccountFlags.Closed : a.Flags;
        });
        Update(book, p.CreditAccountId, (ref Account a) =>
        {
            a.CreditsPending -= p.Amount;
            a.CreditsPosted += isPost ? amount : 0;
            a.Flags &= isVoid && p.Flags.HasFlag(TransferFlags.ClosingCredit) ? ~AccountFlags.Closed : a.Flags;
        });
        KeepBalances(book, t);
        return (T.Created, at);
    }

    private bool Regresses(ulong book, Transfer t) =>
        _state.Transfers.Any(x => x.Key.Book == book && x.Value.Timestamp >= t.Timestamp)
        || Accounts(book).Any(a => a.Timestamp == t.Timestamp);

    private void KeepBalances(ulong book, Transfer t)
    {
        foreach (UInt128 id in (UInt128[])[t.DebitAccountId, t.CreditAccountId])
        {
            Account a = _state.Accounts[(book, id)];
            if (a.Flags.HasFlag(AccountFlags.History))
            {
                _state.Balances[(book, id, t.Timestamp)] = new AccountBalance
                {
                    DebitsPending = a.DebitsPending,
                    DebitsPosted = a.DebitsPosted,
                    CreditsPending = a.CreditsPending,
                    CreditsPosted = a.CreditsPosted,
                    Timestamp = t.Timestamp,
                };
            }
        }
    }

    private delegate void Change(ref Account account);

    private void Update(ulong book, UInt128 id, Change change)
    {
        Account account = _state.Accounts[(book, id)];
        change(ref account);
        _state.Accounts[(book, id)] = account;
    }

    private sealed class Pending(ulong book, UInt128 id, int order)
    {
        public ulong Book => book;

        public UInt128 Id => id;

        public int Order => order;

        public ulong ExpiresNs { get; init; }

        public string Status { get; set; } = "open";

        public Pending Copy() => new(book, id, order) { ExpiresNs = ExpiresNs, Status = Status };
    }

    private sealed class State
    {
        public Dictionary<(ulong Book, UInt128 Id), Account> Accounts { get; init; } = [];

        public Dictionary<(ulong Book, UInt128 Id), Transfer> Transfers { get; init; } = [];

        public Dictionary<(ulong Book, UInt128 Id), Pending> Pendings { get; init; } = [];

        public Dictionary<(ulong Book, UInt128 Account, ulong Ns), AccountBalance> Balances { get; init; } = [];

        public HashSet<(ulong Book, UInt128 Id)> Burnt { get; init; } = [];

        public State Copy() => new()
        {
            Accounts = new(Accounts),
            Transfers = new(Transfers),
            Pendings = Pendings.ToDictionary(p => p.Key, p => p.Value.Copy()),
            Balances = new(Balances),
            Burnt = new(Burnt),
        };
    }
}
