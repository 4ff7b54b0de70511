using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Testing;

namespace FastCore.Simulation.Payments;

/// <summary>
/// What clients do with the books of merchants beside payments: accounts and pending transfers of their own, which
/// share the tables with reservations, and attempts on the accounts that are the engine's.
/// </summary>
internal sealed class MerchantBookRequests(uint currency)
{
    private readonly SlidingIds _transfers = new(6, 3);

    public Account[] Accounts(SeededRandom random)
    {
        Account[] accounts = new Account[3];
        for (int i = 0; i < accounts.Length; i++)
        {
            accounts[i] = new Account { Id = AccountId(random), Ledger = currency, Code = 1 };
        }

        return accounts;
    }

    public Transfer[] Transfers(SeededRandom random)
    {
        Transfer[] transfers = new Transfer[random.Between(1, 3)];
        for (int i = 0; i < transfers.Length; i++)
        {
            transfers[i] = Transfer(random);
        }

        return transfers;
    }

    public static AccountFilter Statement(SeededRandom random) => new()
    {
        AccountId = MerchantAccountId.Of((MerchantAccount)random.Between(1, MerchantAccountId.Count)),
        Limit = 20,
        Flags = AccountFilterFlags.Debits | AccountFilterFlags.Credits | AccountFilterFlags.Reversed,
    };

    public static QueryFilter Entries(UInt128 paymentId, SeededRandom random) => new()
    {
        UserData128 = random.OneIn(3) ? paymentId : 0,
        Code = random.OneIn(2) ? (ushort)random.Between(1, 10) : (ushort)0,
        Limit = 20,
        Flags = QueryFilterFlags.Reversed,
    };

    private static UInt128 AccountId(SeededRandom random) => random.OneIn(5)
        ? MerchantAccountId.Of((MerchantAccount)random.Below(MerchantAccountId.Count + 2))
        : 1 + random.Below(2UL);

    private Transfer Transfer(SeededRandom random)
    {
        bool resolves = random.OneIn(2);
        bool isPending = !resolves && !random.OneIn(4);
        UInt128 debit = AccountId(random);
        return new Transfer
        {
            Id = _transfers.Draw(random),
            DebitAccountId = resolves ? 0 : debit,
            CreditAccountId = resolves ? 0 : debit == 1 ? 2 : AccountId(random),
            Amount = resolves && random.OneIn(2) ? UInt128.MaxValue : random.Below(100UL),
            PendingId = resolves ? _transfers.Name(random) : 0,
            Timeout = isPending ? (uint)random.Below(4) : 0,
            Ledger = resolves ? 0 : currency,
            Code = resolves ? (ushort)0 : (ushort)1,
            Flags = resolves
                ? random.OneIn(2) ? TransferFlags.PostPendingTransfer : TransferFlags.VoidPendingTransfer
                : isPending ? TransferFlags.Pending : TransferFlags.None,
        };
    }
}
