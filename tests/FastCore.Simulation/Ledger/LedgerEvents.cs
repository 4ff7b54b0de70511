using FastCore.Protocol.Ledger;
using FastCore.Testing;

namespace FastCore.Simulation.Ledger;

/// <summary>
/// Random accounts and transfers. Most are valid; every field is wrong now and then. Accounts from 13 on are in ledger
/// 2 and move amounts at the edge of overflow, the others in ledger 1 and move amounts that leave room for the next.
/// </summary>
internal sealed class LedgerEvents(SeededRandom random, LedgerMemory memory, ulong setupBook)
{
    private const TransferFlags AllFlags = (TransferFlags)0x1FF;
    private const TransferFlags Imported = TransferFlags.Imported;
    private const TransferFlags Closing = TransferFlags.ClosingDebit | TransferFlags.ClosingCredit;
    private const int AccountsMax = 16;
    private const int EdgeAccountFirst = 13;

    // Accounts that are opened and hardly used, so that the rules of opening come up for long.
    private const int FreshIdFirst = 100;
    private const int FreshIdLast = 999;

    public Account[] Accounts(ulong book, ulong nowNs)
    {
        Account[] accounts = new Account[random.Between(1, 6)];
        bool isImport = random.OneIn(6);
        bool isLinked = false;
        ulong importNs = ImportFrom(nowNs);
        for (int i = 0; i < accounts.Length; i++)
        {
            UInt128 id = random.OneIn(3) ? (UInt128)random.Between(FreshIdFirst, FreshIdLast) : AccountId();
            Account account = NewAccount(book, id);
            isLinked = isLinked ? !random.OneIn(3) : random.OneIn(12);
            account.Flags |= isLinked && (i < accounts.Length - 1 || random.OneIn(8)) ? AccountFlags.Linked : 0;
            if (isImport != random.OneIn(100))
            {
                account.Flags |= AccountFlags.Imported;
                account.Timestamp = ImportMoment(ref importNs, nowNs);
            }

            accounts[i] = random.OneIn(4) ? Mistaken(account) : account;
        }

        memory.SentAt(nowNs, accounts.Length);
        return accounts;
    }

    public Transfer[] Transfers(ulong book, ulong nowNs)
    {
        Transfer[] transfers = new Transfer[random.OneIn(10) ? random.Between(20, 60) : random.Between(1, 12)];
        bool isImport = random.OneIn(12);
        bool isLinked = false;
        ulong importNs = ImportFrom(nowNs);
        for (int i = 0; i < transfers.Length; i++)
        {
            Transfer transfer = NewTransfer(book);
            isLinked = isLinked ? !random.OneIn(3) : random.OneIn(12);
            transfer.Flags |= isLinked && (i < transfers.Length - 1 || random.OneIn(8)) ? TransferFlags.Linked : 0;
            if (isImport != random.OneIn(200))
            {
                transfer.Flags |= Imported;
                transfer.Timestamp = ImportMoment(ref importNs, nowNs);
                transfer.Timeout = random.OneIn(20) ? transfer.Timeout : 0;
            }

            if (random.OneIn(12) && memory.AnyTransfer(book, random) is { } known)
            {
                transfer = random.OneIn(2) ? known : Mistaken(known);
            }

            transfer = random.OneIn(12) ? Mistaken(transfer) : transfer;

            // Balances set outright leave no room for what was reserved before.
            transfer.Flags &= book == setupBook ? ~TransferFlags.Pending : ~TransferFlags.None;
            transfers[i] = transfer;
            memory.Sent(book, transfers[i]);
        }

        memory.SentAt(nowNs, transfers.Length);
        return transfers;
    }

    /// <summary>Balances to set outright, at the edges now and then.</summary>
    public Account Balances() => new()
    {
        Id = AccountId(),
        DebitsPosted = EdgeAmount(),
        CreditsPosted = EdgeAmount(),
        DebitsPending = random.OneIn(2) ? EdgeAmount() : 0,
        CreditsPending = random.OneIn(2) ? EdgeAmount() : 0,
    };

    /// <summary>An id that an account may have; half of them are one of three hot ones.</summary>
    public UInt128 AccountId() =>
        random.OneIn(40) ? random.Pick<UInt128>([0, UInt128.MaxValue, UInt128.MaxValue - 3, 99, FreshIdFirst])
        : (UInt128)(random.OneIn(2) ? random.Between(1, 3) : random.Between(1, AccountsMax));

    public UInt128 KnownTransferId(ulong book) =>
        random.OneIn(10) ? random.Pick<UInt128>([0, UInt128.MaxValue, memory.NextId + 1])
        : memory.AnyTransfer(book, random)?.Id ?? 1;

    // An account is the same whenever it is asked for, so that it exists with the same fields.
    private static Account NewAccount(ulong book, UInt128 id)
    {
        SeededRandom own = new((ulong)id * 31 + book);
        AccountFlags flags = own.Below(5) switch
        {
            0 => AccountFlags.DebitsMustNotExceedCredits,
            1 => AccountFlags.CreditsMustNotExceedDebits,
            _ => AccountFlags.None,
        };
        return new Account
        {
            Id = id,
            UserData128 = (UInt128)own.Between(0, 2),
            UserData64 = (ulong)own.Between(0, 2),
            UserData32 = (uint)own.Between(0, 2),
            Ledger = id < EdgeAccountFirst ? 1 : id <= AccountsMax ? 2 : (uint)own.Between(1, 3),
            Code = (ushort)own.Between(1, 3),
            Flags = flags | (own.OneIn(2) ? AccountFlags.History : AccountFlags.None),
        };
    }

    private Account Mistaken(Account account)
    {
        switch (random.Below(12))
        {
            case 0: account.UserData128 = (UInt128)random.Between(0, 3); break;
            case 1: account.UserData64 = (ulong)random.Between(0, 3); break;
            case 2: account.UserData32 = (uint)random.Between(0, 3); break;
            case 3: account.Ledger = (uint)random.Between(0, 4); break;
            case 4: account.Code = (ushort)random.Between(0, 4); break;
            case 5: account.Flags ^= (AccountFlags)(1 << random.Between(0, 6)); break;
            case 6: account.Reserved = 1; break;
            case 7: account.Timestamp = random.Pick<ulong>([0, 1, long.MaxValue, ulong.MaxValue]); break;
            case 8: account.DebitsPending = 1; break;
            case 9: account.DebitsPosted = 1; break;
            case 10: account.CreditsPending = 1; break;
            default: account.CreditsPosted = 1; break;
        }

        return account;
    }

    private Transfer NewTransfer(ulong book) =>
        random.Below(20) switch
        {
            < 9 => Movement(TransferFlags.None),
            < 13 => Pending(),
            < 18 => memory.AnyPending(book, random) is { } pending ? Resolution(pending) : Pending(),
            _ => AnyKind(),
        };

    private Transfer AnyKind()
    {
        TransferFlags flags = (TransferFlags)random.Below((int)AllFlags + 1) & ~(Imported | TransferFlags.Linked);
        Transfer transfer = Movement(flags);
        transfer.Timeout = (flags & TransferFlags.Pending) != 0 && !random.OneIn(20) ? 1u : 0;
        return transfer;
    }

    private Transfer Movement(TransferFlags flags)
    {
        bool isEdge = random.OneIn(8);
        bool isBalancing = random.OneIn(6);
        flags |= !isBalancing ? 0 : random.OneIn(2) ? TransferFlags.BalancingDebit : TransferFlags.BalancingCredit;
        UInt128 amount = isEdge ? EdgeAmount() : Amount();
        return new Transfer
        {
            Id = memory.NextId++,
            DebitAccountId = isEdge ? EdgeId() : AccountId(),
            CreditAccountId = isEdge ? EdgeId() : AccountId(),
            Amount = isBalancing && random.OneIn(2) ? (isEdge ? UInt128.MaxValue : 1UL << 60) : amount,
            UserData128 = (UInt128)random.Between(0, 3),
            UserData64 = (ulong)random.Between(0, 3),
            UserData32 = (uint)random.Between(0, 3),
            Ledger = isEdge ? 2u : 1,
            Code = (ushort)random.Between(1, 3),
            Flags = flags,
        };
    }

    private Transfer Pending()
    {
        Transfer transfer = Movement(TransferFlags.Pending);
        transfer.Timeout = random.OneIn(3) ? 0 : random.OneIn(40) ? uint.MaxValue : (uint)random.Between(1, 4);
        if (random.OneIn(25))
        {
            // What closes an account mostly opens it again soon.
            transfer.Flags |= random.OneIn(2) ? TransferFlags.ClosingDebit : TransferFlags.ClosingCredit;
            transfer.Timeout = random.OneIn(20) ? 0 : (uint)random.Between(1, 2);
        }

        return transfer;
    }

    private Transfer Resolution(Transfer pending)
    {
        bool isVoid = random.OneIn((pending.Flags & Closing) != 0 && !random.OneIn(4) ? 1 : 2);
        UInt128 whole = isVoid ? UInt128.Zero : UInt128.MaxValue;
        return new Transfer
        {
            Id = memory.NextId++,
            PendingId = random.OneIn(40)
                ? random.Pick<UInt128>([0, UInt128.MaxValue, memory.NextId - 1, 1, memory.NextId + 9])
                : pending.Id,
            DebitAccountId = Either(pending.DebitAccountId, AccountId()),
            CreditAccountId = Either(pending.CreditAccountId, AccountId()),
            Amount = random.Below(6) switch
            {
                0 => pending.Amount,
                1 => isVoid ? UInt128.Zero : pending.Amount / 2,
                2 => random.OneIn(3) ? unchecked(pending.Amount + 1) : (UInt128)random.Between(0, 4),
                _ => whole,
            },
            UserData128 = (UInt128)random.Between(0, 2),
            UserData64 = (ulong)random.Between(0, 2),
            UserData32 = (uint)random.Between(0, 2),
            Ledger = random.OneIn(3) ? pending.Ledger : random.OneIn(30) ? 3u : 0,
            Code = random.OneIn(3) ? pending.Code : (ushort)(random.OneIn(30) ? 4 : 0),
            Flags = isVoid ? TransferFlags.VoidPendingTransfer : TransferFlags.PostPendingTransfer,
        };
    }

    private UInt128 Either(UInt128 right, UInt128 wrong) =>
        random.OneIn(3) ? right : random.OneIn(30) ? wrong : UInt128.Zero;

    private Transfer Mistaken(Transfer transfer)
    {
        switch (random.Below(14))
        {
            case 0: transfer.Id = random.Pick<UInt128>([0, UInt128.MaxValue, (UInt128)random.Between(1, 50)]); break;
            case 1: transfer.DebitAccountId = AccountId(); break;
            case 2: transfer.CreditAccountId = AccountId(); break;
            case 3: transfer.DebitAccountId = transfer.CreditAccountId; break;
            case 4: transfer.Amount = random.OneIn(2) ? transfer.Amount + 1 : Amount(); break;
            case 5: transfer.PendingId = (UInt128)random.Between(0, 2); break;
            case 6: transfer.UserData128 = (UInt128)random.Between(0, 3); break;
            case 7: transfer.UserData64 = (ulong)random.Between(0, 3); break;
            case 8: transfer.UserData32 = (uint)random.Between(0, 3); break;
            case 9: transfer.Timeout = (uint)random.Between(0, 2); break;
            case 10: transfer.Ledger = (uint)random.Between(0, 3); break;
            case 11: transfer.Code = (ushort)random.Between(0, 3); break;
            case 12: transfer.Flags ^= (TransferFlags)(1 << random.Between(0, 9)); break;
            default: transfer.Timestamp = random.Pick<ulong>([0, 1, long.MaxValue, ulong.MaxValue]); break;
        }

        return transfer;
    }

    // Imported moments lie shortly before now and mostly rise.
    private ulong ImportFrom(ulong nowNs) => nowNs - Math.Min(nowNs, random.Skewed() % 1_000_000);

    private ulong ImportMoment(ref ulong importNs, ulong nowNs)
    {
        importNs += (ulong)random.Between(0, 8);
        return random.OneIn(60) ? random.Pick<ulong>([0, nowNs + 1_000_000_000, 1UL << 63, 1]) : importNs;
    }

    private UInt128 EdgeId() => (UInt128)random.Between(EdgeAccountFirst, AccountsMax);

    private UInt128 Amount() =>
        random.OneIn(8) ? 0 : random.OneIn(3) ? random.Skewed() >> 8 : (ulong)random.Between(1, 50);

    private UInt128 EdgeAmount() => random.Pick<UInt128>(
    [
        0, 1, UInt128.MaxValue, UInt128.MaxValue - 1, UInt128.MaxValue / 2, UInt128.MaxValue / 2 + 1, 7,
        UInt128.MaxValue >> random.Between(1, 127),
    ]);
}
