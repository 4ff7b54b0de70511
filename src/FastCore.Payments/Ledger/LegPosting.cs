using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// Posts groups of legs for the other domains of the partition: accounts by slot, no id lookup, no id in the index. Two
/// passes: the first checks and moves the balances leg by leg, and moves them back when one is refused; the second
/// writes the history and cannot fail. Hot: no allocation in steady state.
/// </summary>
internal sealed class LegPosting(LedgerStore store, Posting posting, PendingResolution resolution)
{
    private const TransferFlags Resolving = TransferFlags.PostPendingTransfer | TransferFlags.VoidPendingTransfer;

    // Balances of the accounts of each leg right after it, kept only for accounts with flag history.
    private Account[] _debitsAfter = new Account[16];
    private Account[] _creditsAfter = new Account[16];
    private Moved[] _moved = new Moved[16];

    public CreateTransferStatus Post(
        ulong book, ReadOnlySpan<PostingLeg> legs, out long firstPosition, out ulong firstTimestampNs)
    {
        firstPosition = store.Transfers.Count;
        firstTimestampNs = 0;
        if (_moved.Length < legs.Length)
        {
            Grow(legs.Length);
        }

        for (int i = 0; i < legs.Length; i++)
        {
            CreateTransferStatus status = CheckAndMove(book, legs, i);
            if (status != CreateTransferStatus.Created)
            {
                MoveBack(i);
                firstPosition = -1;
                return status;
            }
        }

        // After this point the group must succeed.
        for (int i = 0; i < legs.Length; i++)
        {
            ulong timestampNs = Write(book, legs[i], i);
            firstTimestampNs = i == 0 ? timestampNs : firstTimestampNs;
        }

        return CreateTransferStatus.Created;
    }

    private CreateTransferStatus CheckAndMove(ulong book, ReadOnlySpan<PostingLeg> legs, int index)
    {
        ref readonly PostingLeg leg = ref legs[index];
        ref Moved moved = ref _moved[index];
        moved = default;
        if ((leg.Kind & Resolving) != 0)
        {
            CreateTransferStatus resolved = CheckPending(legs, index, ref moved);
            if (resolved != CreateTransferStatus.Created)
            {
                return resolved;
            }
        }
        else
        {
            moved.DebitSlot = leg.DebitSlot;
            moved.CreditSlot = leg.CreditSlot;
            moved.Reserved = leg.Kind == TransferFlags.Pending ? leg.Amount : UInt128.Zero;
            moved.Posted = leg.Kind == TransferFlags.Pending ? UInt128.Zero : leg.Amount;
        }

        ref readonly AccountRow debit = ref store.Accounts.Rows.Read(moved.DebitSlot);
        ref readonly AccountRow credit = ref store.Accounts.Rows.Read(moved.CreditSlot);
        if (moved.DebitSlot == moved.CreditSlot)
        {
            return CreateTransferStatus.AccountsMustBeDifferent;
        }

        if (debit.Book != book)
        {
            return CreateTransferStatus.DebitAccountNotFound;
        }

        if (credit.Book != book)
        {
            return CreateTransferStatus.CreditAccountNotFound;
        }

        if (debit.Account.Ledger != credit.Account.Ledger)
        {
            return CreateTransferStatus.AccountsMustHaveTheSameLedger;
        }

        if (leg.Kind != TransferFlags.VoidPendingTransfer)
        {
            if ((debit.Account.Flags & AccountFlags.Closed) != 0)
            {
                return CreateTransferStatus.DebitAccountAlreadyClosed;
            }

            if ((credit.Account.Flags & AccountFlags.Closed) != 0)
            {
                return CreateTransferStatus.CreditAccountAlreadyClosed;
            }
        }

        // What resolves a pending only turns what was reserved within the limits.
        if ((leg.Kind & Resolving) == 0)
        {
            CreateTransferStatus status = TransferLimits.Overflow(
                debit.Account, credit.Account, leg.Amount, leg.Kind == TransferFlags.Pending);
            status = status == CreateTransferStatus.Created
                ? TransferLimits.Excess(debit.Account, credit.Account, leg.Amount)
                : status;
            if (status != CreateTransferStatus.Created)
            {
                return status;
            }

            if (leg.Kind == TransferFlags.Pending && !store.Pendings.HasRoom(OpenedBy(legs[..index])))
            {
                return CreateTransferStatus.TooManyPendingTransfers;
            }
        }

        Move(moved, index);
        return CreateTransferStatus.Created;
    }

    private CreateTransferStatus CheckPending(ReadOnlySpan<PostingLeg> legs, int index, ref Moved moved)
    {
        ref readonly PostingLeg leg = ref legs[index];
        int slot = store.Pendings.Rows.Find(new PendingKey(leg.PendingPosition));
        if (slot < 0)
        {
            return CreateTransferStatus.PendingTransferNotFound;
        }

        // A group is a handful of legs: looking back is cheaper than marking.
        for (int i = 0; i < index; i++)
        {
            if ((legs[i].Kind & Resolving) != 0 && legs[i].PendingPosition == leg.PendingPosition)
            {
                return CreateTransferStatus.PendingTransferNotPending;
            }
        }

        ref readonly OpenPendingRow pending = ref store.Pendings.Rows.Read(slot);
        bool isVoid = leg.Kind == TransferFlags.VoidPendingTransfer;
        moved.DebitSlot = pending.DebitSlot;
        moved.CreditSlot = pending.CreditSlot;
        moved.Released = pending.Amount;
        moved.Posted = isVoid ? UInt128.Zero : leg.Amount == UInt128.MaxValue ? pending.Amount : leg.Amount;
        return moved.Posted > pending.Amount
            ? CreateTransferStatus.ExceedsPendingTransferAmount
            : CreateTransferStatus.Created;
    }

    // How many more pendings are open after these legs: a part that is captured frees the place that the rest takes.
    private static int OpenedBy(ReadOnlySpan<PostingLeg> legs)
    {
        int opened = 0;
        foreach (ref readonly PostingLeg leg in legs)
        {
            opened += leg.Kind == TransferFlags.Pending ? 1 : (leg.Kind & Resolving) != 0 ? -1 : 0;
        }

        return opened;
    }

    private void Move(in Moved moved, int index)
    {
        ref Account debit = ref store.Accounts.Write(moved.DebitSlot).Account;
        debit.DebitsPending = checked(debit.DebitsPending + moved.Reserved - moved.Released);
        debit.DebitsPosted = checked(debit.DebitsPosted + moved.Posted);
        if ((debit.Flags & AccountFlags.History) != 0)
        {
            _debitsAfter[index] = debit;
        }

        ref Account credit = ref store.Accounts.Write(moved.CreditSlot).Account;
        credit.CreditsPending = checked(credit.CreditsPending + moved.Reserved - moved.Released);
        credit.CreditsPosted = checked(credit.CreditsPosted + moved.Posted);
        if ((credit.Flags & AccountFlags.History) != 0)
        {
            _creditsAfter[index] = credit;
        }
    }

    private void MoveBack(int count)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            ref readonly Moved moved = ref _moved[i];
            ref Account debit = ref store.Accounts.Write(moved.DebitSlot).Account;
            debit.DebitsPending = checked(debit.DebitsPending + moved.Released - moved.Reserved);
            debit.DebitsPosted = checked(debit.DebitsPosted - moved.Posted);
            ref Account credit = ref store.Accounts.Write(moved.CreditSlot).Account;
            credit.CreditsPending = checked(credit.CreditsPending + moved.Released - moved.Reserved);
            credit.CreditsPosted = checked(credit.CreditsPosted - moved.Posted);
        }
    }

    private ulong Write(ulong book, in PostingLeg leg, int index)
    {
        ref readonly Moved moved = ref _moved[index];
        ref readonly AccountRow debit = ref store.Accounts.Rows.Read(moved.DebitSlot);
        ref readonly AccountRow credit = ref store.Accounts.Rows.Read(moved.CreditSlot);
        bool keepsDebit = (debit.Account.Flags & AccountFlags.History) != 0;
        bool keepsCredit = (credit.Account.Flags & AccountFlags.History) != 0;
        int totalsSlot = debit.TotalsSlot;
        long position = store.Transfers.Count;
        ulong timestampNs = store.Clock.Next();
        ref TransferRow row = ref store.Transfers.Append();
        row.Transfer.Id = leg.Id;
        row.Transfer.DebitAccountId = debit.Account.Id;
        row.Transfer.CreditAccountId = credit.Account.Id;
        row.Transfer.Amount = (leg.Kind & Resolving) == 0 ? leg.Amount
            : leg.Kind == TransferFlags.VoidPendingTransfer ? moved.Released : moved.Posted;
        row.Transfer.UserData128 = leg.UserData128;
        row.Transfer.UserData64 = leg.UserData64;
        row.Transfer.UserData32 = leg.UserData32;
        row.Transfer.Ledger = debit.Account.Ledger;
        row.Transfer.Code = leg.Code;
        row.Transfer.Flags = leg.Kind;
        row.Transfer.Timestamp = timestampNs;
        row.SetBook(book, TransferRowKind.Leg);
        if (leg.Kind != TransferFlags.None)
        {
            WritePending(ref row, leg, position, moved);
        }

        posting.Link(ref row, position, moved.DebitSlot, moved.CreditSlot);
        posting.AddToTotals(totalsSlot, unchecked(moved.Released - moved.Reserved), moved.Posted);
        if (keepsDebit)
        {
            posting.KeepBalance(moved.DebitSlot, _debitsAfter[index], timestampNs, position);
        }

        if (keepsCredit)
        {
            posting.KeepBalance(moved.CreditSlot, _creditsAfter[index], timestampNs, position);
        }

        return timestampNs;
    }

    private void WritePending(ref TransferRow row, in PostingLeg leg, long position, in Moved moved)
    {
        if (leg.Kind == TransferFlags.Pending)
        {
            ref OpenPendingRow opened = ref store.Pendings.Open(position, expiresNs: 0);
            opened.Id = leg.Id;
            opened.Amount = leg.Amount;
            opened.UserData128 = leg.UserData128;
            opened.UserData64 = leg.UserData64;
            opened.UserData32 = leg.UserData32;
            opened.Code = leg.Code;
            opened.Flags = leg.Kind;
            opened.Book = row.Book;
            opened.DebitSlot = moved.DebitSlot;
            opened.CreditSlot = moved.CreditSlot;
            return;
        }

        int slot = store.Pendings.Rows.Find(new PendingKey(leg.PendingPosition));
        OpenPendingRow pending = store.Pendings.Rows.Read(slot);
        store.Pendings.Close(slot);
        row.PendingPosition = pending.Position + 1;
        row.Transfer.PendingId = pending.Id;
        PendingResolution.Inherit(ref row.Transfer, pending);
        bool isVoid = leg.Kind == TransferFlags.VoidPendingTransfer;
        resolution.SetState(pending, isVoid ? IdState.Voided : IdState.Posted);
        if (isVoid)
        {
            posting.Reopen(pending);
        }
    }

    private void Grow(int legs)
    {
        int length = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)legs);
        _debitsAfter = new Account[length];
        _creditsAfter = new Account[length];
        _moved = new Moved[length];
    }

    private struct Moved
    {
        public UInt128 Reserved;
        public UInt128 Released;
        public UInt128 Posted;
        public int DebitSlot;
        public int CreditSlot;
    }
}
