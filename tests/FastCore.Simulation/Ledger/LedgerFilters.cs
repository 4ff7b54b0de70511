using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Testing;

namespace FastCore.Simulation.Ledger;

/// <summary>
/// Random filters: each condition present or not, ranges that begin and end on a moment, all kinds of limits.
/// </summary>
internal sealed class LedgerFilters(SeededRandom random, LedgerMemory memory)
{
    public AccountFilter OfAccount(ulong nowNs)
    {
        (ulong fromNs, ulong toNs) = Moments(nowNs);
        (UInt128 least, UInt128 most) = Amounts();
        AccountFilter filter = new()
        {
            AccountId = (UInt128)(random.OneIn(2) ? random.Between(1, 3) : random.Between(1, 17)),
            UserData128 = (UInt128)Condition(),
            UserData64 = (ulong)Condition(),
            UserData32 = (uint)Condition(),
            Code = (ushort)Condition(),
            AmountMin = least,
            AmountMax = most,
            TimestampMin = fromNs,
            TimestampMax = toNs,
            Limit = Limit(),
            Flags = (AccountFilterFlags)(random.OneIn(2) ? random.Between(0, 7) : random.Pick<int>([3, 7])),
        };
        if (random.OneIn(25))
        {
            switch (random.Below(5))
            {
                case 0: filter.Reserved0 = 1; break;
                case 1: filter.Reserved1 = 1; break;
                case 2: filter.Reserved2 = 1; break;
                case 3: filter.AccountId = random.Pick<UInt128>([0, UInt128.MaxValue, UInt128.MaxValue - 2]); break;
                default: filter.Flags |= (AccountFilterFlags)8; break;
            }
        }

        return filter;
    }

    public QueryFilter OfBook(ulong nowNs, bool isForAccounts)
    {
        (ulong fromNs, ulong toNs) = Moments(nowNs);
        (UInt128 least, UInt128 most) = isForAccounts && !random.OneIn(20) ? default : Amounts();
        QueryFilter filter = new()
        {
            UserData128 = (UInt128)Condition(),
            UserData64 = (ulong)Condition(),
            UserData32 = (uint)Condition(),
            Ledger = (uint)Condition(),
            Code = (ushort)Condition(),
            AmountMin = least,
            AmountMax = most,
            TimestampMin = fromNs,
            TimestampMax = toNs,
            Limit = Limit(),
            Flags = (QueryFilterFlags)random.Below(2),
        };
        if (random.OneIn(25))
        {
            switch (random.Below(5))
            {
                case 0: filter.Reserved0 = 1; break;
                case 1: filter.Reserved1 = 1; break;
                case 2: filter.Reserved2 = 1; break;
                case 3: filter.Reserved3 = 1; break;
                default: filter.Flags |= (QueryFilterFlags)2; break;
            }
        }

        return filter;
    }

    // No condition mostly, so that several at a time still select something.
    private int Condition() => random.OneIn(4) ? random.Between(1, 3) : 0;

    private (ulong FromNs, ulong ToNs) Moments(ulong nowNs)
    {
        ulong first = random.OneIn(2) ? 0 : memory.AnyMoment(nowNs, random);
        ulong last = random.OneIn(2) ? 0 : memory.AnyMoment(nowNs, random);
        bool isOrdered = first == 0 || last == 0 || first <= last || random.OneIn(10);
        ulong fromNs = isOrdered ? first : last;
        ulong toNs = isOrdered ? last : first;
        return random.OneIn(60) ? (1UL << 63, toNs) : random.OneIn(60) ? (fromNs, 1UL << 63) : (fromNs, toNs);
    }

    private (UInt128 Least, UInt128 Most) Amounts() => random.Below(8) switch
    {
        0 => ((UInt128)random.Between(0, 30), 0),
        1 => (0, (UInt128)random.Between(1, 30)),
        2 => ((UInt128)random.Between(0, 30), (UInt128)random.Between(1, 60)),
        3 => random.Pick<(UInt128, UInt128)>(
        [
            (UInt128.MaxValue, 0), (UInt128.MaxValue, UInt128.MaxValue), (1, UInt128.MaxValue), (1UL << 40, 0),
            (UInt128.One << 64, 0), (0, ulong.MaxValue),
        ]),
        _ => default,
    };

    private uint Limit() => random.Below(10) switch
    {
        0 => (uint)random.Below(2),
        1 or 2 => (uint)random.Between(1, 5),
        3 or 4 => (uint)random.Between(6, 60),
        5 => random.Pick<uint>([Limits.ElementsPerRequestMax - 1u, Limits.ElementsPerRequestMax + 1u, uint.MaxValue]),
        _ => Limits.ElementsPerRequestMax,
    };
}
