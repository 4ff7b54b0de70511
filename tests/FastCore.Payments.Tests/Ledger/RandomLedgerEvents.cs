using FastCore.Protocol.Ledger;
using FastCore.Testing;

namespace FastCore.Payments.Tests.Ledger;

/// <summary>
/// Random requests that get somewhere: few accounts, many collisions, most events valid, every kind of event and of
/// mistake now and then.
/// </summary>
internal sealed class RandomLedgerEvents(SeededRandom random)
{
    private readonly List<(ulong Book, Transfer Event)> _sent = [];
    private readonly List<(ulong Book, UInt128 Id)> _pendings = [];
    private ulong _nextId = 100;

    public ulong Book() => (ulong)random.Between(1, 3);

    public Account[] Accounts(ulong lastNs)
    {
        bool isImport = random.OneIn(6);
        Account[] accounts = new Account[random.Between(1, 4)];
        for (int i = 0; i < accounts.Length; i++)
        {
            accounts[i] = new Account
            {
                Id = random.OneIn(40) ? random.Pick((UInt128[])[0, UInt128.MaxValue]) : (UInt128)random.Between(1, 14),
                Ledger = random.OneIn(8) ? (uint)random.Between(0, 2) : 1,
                Code = (ushort)(random.OneIn(30) ? 0 : random.Between(1, 2)),
                Flags = AccountFlagsOf(),
                UserData128 = (UInt128)random.Between(0, 2),
                UserData64 = (ulong)random.Between(0, 2),
                UserData32 = (uint)random.Between(0, 2),
                Reserved = random.OneIn(50) ? 1u : 0,
                CreditsPosted = random.OneIn(50) ? 1u : UInt128.Zero,
                Timestamp = random.OneIn(60) ? 3ul : 0,
            };
            if (isImport != random.OneIn(40))
            {
                accounts[i].Flags |= AccountFlags.Imported;
                accounts[i].Timestamp = ImportNs(lastNs, i);
            }
        }

        return accounts;
    }

    public Transfer[] Transfers(ulong book, ulong lastNs, int countMax)
    {
        bool isImport = random.OneIn(15);
        Transfer[] transfers = new Transfer[random.Between(1, countMax)];
        for (int i = 0; i < transfers.Length; i++)
        {
            ref Transfer transfer = ref transfers[i];
            transfer = random.OneIn(10) && Sent(book) is { } again ? Vary(again) : NewTransfer(book);
            if (isImport != random.OneIn(200))
            {
                transfer.Flags |= TransferFlags.Imported;
                transfer.Timestamp = ImportNs(lastNs, i);
            }

            if (random.OneIn(8))
            {
                transfer.Flags |= TransferFlags.Linked;
            }

            _sent.Add((book, transfer));
            if (transfer.Flags.HasFlag(TransferFlags.Pending))
            {
                _pendings.Add((book, transfer.Id));
            }
        }

        return transfers;
    }

    public AccountFilter AccountFilter(ulong nowNs)
    {
        AccountFilter filter = new()
        {
            AccountId = (UInt128)random.Between(0, 14),
            UserData128 = random.OneIn(4) ? (UInt128)random.Between(0, 3) : 0,
            UserData64 = random.OneIn(4) ? (ulong)random.Between(0, 3) : 0,
            UserData32 = random.OneIn(4) ? (uint)random.Between(0, 3) : 0,
            Code = (ushort)(random.OneIn(4) ? random.Between(0, 3) : 0),
            Limit = Limit(),
            Flags = (AccountFilterFlags)(random.OneIn(30) ? random.Between(0, 15) : random.Between(1, 7)),
            Reserved0 = (ushort)(random.OneIn(60) ? 1 : 0),
            Reserved2 = random.OneIn(60) ? 1ul : 0,
        };
        (filter.TimestampMin, filter.TimestampMax) = Times(nowNs);
        (filter.AmountMin, filter.AmountMax) = Amounts();
        return filter;
    }

    public QueryFilter QueryFilter(ulong nowNs, bool hasAmounts)
    {
        QueryFilter filter = new()
        {
            UserData128 = random.OneIn(4) ? (UInt128)random.Between(0, 3) : 0,
            UserData64 = random.OneIn(4) ? (ulong)random.Between(0, 3) : 0,
            UserData32 = random.OneIn(4) ? (uint)random.Between(0, 3) : 0,
            Ledger = random.OneIn(4) ? (uint)random.Between(0, 3) : 0,
            Code = (ushort)(random.OneIn(4) ? random.Between(0, 3) : 0),
            Limit = Limit(),
            Flags = (QueryFilterFlags)(random.OneIn(30) ? random.Between(0, 3) : random.Between(0, 1)),
            Reserved1 = random.OneIn(60) ? 1u : 0,
            Reserved3 = random.OneIn(60) ? 1u : 0,
        };
        (filter.TimestampMin, filter.TimestampMax) = Times(nowNs);
        (filter.AmountMin, filter.AmountMax) = hasAmounts || random.OneIn(30) ? Amounts() : default;
        return filter;
    }

    private uint Limit() => random.OneIn(20) ? 0 : random.OneIn(4) ? 100_000 : (uint)random.Between(1, 60);

    private (ulong Min, ulong Max) Times(ulong nowNs)
    {
        ulong span = nowNs - LedgerRig.StartNs + 1;
        ulong min = random.OneIn(3) ? LedgerRig.StartNs + random.Below(span) : 0;
        ulong max = random.OneIn(3) ? LedgerRig.StartNs + random.Below(span) : 0;
        return random.OneIn(60) ? (ulong.MaxValue, max) : (min, max);
    }

    private (UInt128 Min, UInt128 Max) Amounts() => random.OneIn(3)
        ? ((UInt128)random.Between(0, 60), random.OneIn(2) ? (UInt128)random.Between(0, 99) : 0)
        : default;

    private Transfer? Sent(ulong book)
    {
        for (int i = 0; i < 20 && _sent.Count != 0; i++)
        {
            (ulong sentTo, Transfer transfer) = _sent[random.Below(_sent.Count)];
            if (sentTo == book)
            {
                return transfer;
            }
        }

        return null;
    }

    private Transfer NewTransfer(ulong book)
    {
        Transfer transfer = new()
        {
            Id = random.OneIn(100) ? random.Pick((UInt128[])[0, UInt128.MaxValue]) : _nextId++,
            DebitAccountId = Place(),
            CreditAccountId = Place(),
            Amount = Amount(),
            UserData128 = (UInt128)random.Between(0, 3),
            UserData64 = (ulong)random.Between(0, 3),
            UserData32 = (uint)random.Between(0, 3),
            Ledger = random.OneIn(10) ? (uint)random.Between(0, 2) : 1,
            Code = (ushort)(random.OneIn(50) ? 0 : random.Between(1, 3)),
            Timeout = random.OneIn(100) ? uint.MaxValue : 0,
            PendingId = random.OneIn(100) ? 5u : UInt128.Zero,
            Timestamp = random.OneIn(200) ? 3ul : 0,
        };
        switch (random.Below(20))
        {
            case < 5:
                transfer.Flags = TransferFlags.Pending;
                transfer.Timeout = random.OneIn(2) ? (uint)random.Between(0, 3) : 0;
                transfer.Flags |= random.OneIn(25) ? TransferFlags.ClosingDebit : 0;
                transfer.Flags |= random.OneIn(25) ? TransferFlags.ClosingCredit : 0;
                break;
            case < 10 when _pendings.Count != 0:
                MakeResolution(book, ref transfer);
                break;
            case < 12:
                transfer.Flags = (TransferFlags)(random.Between(1, 3) << 4);
                break;
            case 13 when random.OneIn(5):
                transfer.Flags = (TransferFlags)random.Below(1024);
                break;
        }

        return transfer;
    }

    private void MakeResolution(ulong book, ref Transfer transfer)
    {
        transfer.Flags = random.OneIn(2) ? TransferFlags.PostPendingTransfer : TransferFlags.VoidPendingTransfer;
        for (int i = 0; i < 10; i++)
        {
            int recent = random.OneIn(3) ? random.Below(_pendings.Count)
                : Math.Max(0, _pendings.Count - 1 - random.Below(30));
            (ulong pendingBook, transfer.PendingId) = _pendings[recent];
            if (pendingBook == book)
            {
                break;
            }
        }

        bool isVoid = transfer.Flags == TransferFlags.VoidPendingTransfer;
        transfer.Amount = random.OneIn(4) ? Amount() : isVoid ? UInt128.Zero : UInt128.MaxValue;
        transfer.DebitAccountId = random.OneIn(12) ? Place() : 0;
        transfer.CreditAccountId = random.OneIn(12) ? Place() : 0;
        transfer.Ledger = random.OneIn(12) ? 1u : 0;
        transfer.Code = (ushort)(random.OneIn(12) ? 1 : 0);
    }

    private Transfer Vary(Transfer transfer)
    {
        switch (random.Below(24))
        {
            case 0: transfer.Amount++; break;
            case 1: transfer.Code++; break;
            case 2: transfer.DebitAccountId++; break;
            case 3: transfer.CreditAccountId++; break;
            case 4: transfer.UserData128++; break;
            case 5: transfer.UserData64++; break;
            case 6: transfer.UserData32++; break;
            case 7: transfer.Ledger++; break;
            case 8: transfer.PendingId++; break;
            case 9: transfer.Timeout++; break;
            case 10: transfer.Flags ^= TransferFlags.BalancingDebit; break;
            case 11: transfer.Amount--; break;
        }

        return transfer;
    }

    private UInt128 Place() => (UInt128)(random.OneIn(60) ? random.Between(0, 20) : random.Between(1, 14));

    private UInt128 Amount() =>
        random.OneIn(25) ? UInt128.MaxValue - (UInt128)random.Below(50)
        : random.OneIn(25) ? UInt128.One << random.Below(128)
        : (UInt128)random.Below(100);

    private AccountFlags AccountFlagsOf()
    {
        AccountFlags flags = random.Below(10) switch
        {
            0 => AccountFlags.DebitsMustNotExceedCredits,
            1 => AccountFlags.CreditsMustNotExceedDebits,
            2 => (AccountFlags)random.Below(128),
            _ => AccountFlags.None,
        };
        flags |= random.OneIn(3) ? AccountFlags.History : 0;
        return flags | (random.OneIn(6) ? AccountFlags.Linked : 0);
    }

    private ulong ImportNs(ulong lastNs, int index) =>
        random.OneIn(60) ? random.Pick((ulong[])[0, ulong.MaxValue, lastNs + 1_000_000_000_000, 7])
        : random.OneIn(8) ? lastNs - (ulong)random.Below(100)
        : lastNs + 1 + ((ulong)index * 3) + (ulong)random.Below(3);
}
