using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// Accounts of a book by filter, along the book's chain of accounts, which is in the order of their timestamps.
/// </summary>
/// <remarks>
/// Balances change between slices. So the slices collect slots only (4 bytes at the head of each result's place in the
/// reply) and the last one copies all accounts at once: the answer is the state at one moment. Accounts opened after
/// the first slice are invisible; what the filter looks at never changes.
/// </remarks>
internal sealed class AccountScan(LedgerStore store, int sliceRowsMax)
{
    public static bool IsValid(in QueryFilter filter) =>
        new TransferFilter(0, filter, ignoresLimit: false).IsValid
        && filter.AmountMin == UInt128.Zero
        && filter.AmountMax == UInt128.Zero;

    public bool Step(ref Place place, ulong book, in QueryFilter filter, Span<byte> reply, out int results)
    {
        bool isReversed = (filter.Flags & QueryFilterFlags.Reversed) != 0;
        int resultsMax = (int)Math.Min(
            Math.Min(filter.Limit, Limits.ElementsPerRequestMax), (uint)(reply.Length / Account.Size));
        results = 0;
        if (!place.HasBegun)
        {
            place.HasBegun = true;
            int bookSlot = store.Books.Rows.Find(new BookKey(book));
            if (bookSlot >= 0)
            {
                ref readonly BookRow row = ref store.Books.Rows.Read(bookSlot);
                place.Next = isReversed ? row.LastAccount : row.FirstAccount;
                place.Last = isReversed ? row.FirstAccount : row.LastAccount;
            }
        }

        for (int looked = 0; place.Next != 0 && place.Found < resultsMax; looked++)
        {
            if (looked == sliceRowsMax)
            {
                return false;
            }

            int slot = place.Next - 1;
            ref readonly AccountRow row = ref store.Accounts.Rows.Read(slot);
            if (Matches(filter, row.Account))
            {
                MemoryMarshal.Write(reply[(place.Found++ * Account.Size)..], in slot);
            }

            place.Next = place.Next == place.Last ? 0 : isReversed ? row.PreviousInBook : row.NextInBook;
        }

        for (int i = 0; i < place.Found; i++)
        {
            Span<byte> result = reply.Slice(i * Account.Size, Account.Size);
            int slot = MemoryMarshal.Read<int>(result);
            MemoryMarshal.Write(result, in store.Accounts.Rows.Read(slot).Account);
        }

        results = place.Found;
        return true;
    }

    private static bool Matches(in QueryFilter filter, in Account account) =>
        account.Timestamp >= filter.TimestampMin
        && (filter.TimestampMax == 0 || account.Timestamp <= filter.TimestampMax)
        && (filter.UserData128 == UInt128.Zero || account.UserData128 == filter.UserData128)
        && (filter.UserData64 == 0 || account.UserData64 == filter.UserData64)
        && (filter.UserData32 == 0 || account.UserData32 == filter.UserData32)
        && (filter.Ledger == 0 || account.Ledger == filter.Ledger)
        && (filter.Code == 0 || account.Code == filter.Code);

    /// <summary>Where the scan stands; lives in the read's cursor. Links are slots plus one.</summary>
    public struct Place
    {
        public int Next;
        public int Last;
        public int Found;
        public bool HasBegun;
    }
}
