using FastCore.Engine.Partitions;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// The accounting core of one partition: accounts, transfers, pending transfers. The door through which the other
/// domains of the partition post; clients come through <see cref="LedgerMachine"/>. Partition thread only.
/// </summary>
public sealed class Ledger
{
    private readonly AccountOpening _opening;
    private readonly TransferCreation _creation;
    private readonly LegPosting _legs;
    private readonly PendingResolution _resolution;
    private readonly Refusals _refusals;

    internal Ledger(PartitionContext context, LedgerOptions options)
    {
        Store = new LedgerStore(context, options);
        Posting posting = new(Store);
        TransferImports imports = new(Store);
        _refusals = new Refusals(Store);
        _opening = new AccountOpening(Store);
        _resolution = new PendingResolution(Store, posting, imports);
        _creation = new TransferCreation(Store, posting, imports, _resolution);
        _legs = new LegPosting(Store, posting, _resolution);
        Batches = new EventBatch(Store, _refusals);
    }

    internal LedgerStore Store { get; }

    internal EventBatch Batches { get; }

    internal AccountEvents AccountRules => new(Store, _opening);

    internal TransferEvents TransferRules => new(Store, _creation, _refusals);

    /// <summary>
    /// Opens an account in a book, by the rules of <c>create_accounts</c> for a request of one event, except that the
    /// engine's own ids (<see cref="AccountIds"/>) are allowed.
    /// </summary>
    /// <param name="book">The book, 1 … 2^56 − 1.</param>
    /// <param name="account">The account asked for. The flag linked means nothing here.</param>
    /// <param name="timestamp">Created or exists: the account's timestamp; else the event's.</param>
    public CreateAccountStatus CreateAccount(ulong book, in Account account, out ulong timestamp)
    {
        AccountEvents rules = AccountRules;
        timestamp = Store.Clock.Next();
        uint status = EventBatch.CheckTime<Account, AccountEvents>(
            account, rules.IsImported(account), timestamp, rules);
        return (CreateAccountStatus)(status == (uint)CreateAccountStatus.Created
            ? (uint)_opening.Create(book, account, timestamp, out timestamp, isInternal: true)
            : status);
    }

    /// <summary>
    /// Creates a transfer, by the rules of <c>create_transfers</c> for a request of one event. A transient failure uses
    /// the id up; inside a chain it does so when the chain ends.
    /// </summary>
    /// <param name="book">The book, 1 … 2^56 − 1.</param>
    /// <param name="transfer">The transfer asked for. The flag linked means nothing here.</param>
    /// <param name="timestamp">Created or exists: the transfer's timestamp; else the event's.</param>
    public CreateTransferStatus CreateTransfer(ulong book, in Transfer transfer, out ulong timestamp)
    {
        TransferEvents rules = TransferRules;
        timestamp = Store.Clock.Next();
        uint status = EventBatch.CheckTime<Transfer, TransferEvents>(
            transfer, rules.IsImported(transfer), timestamp, rules);
        if (status == (uint)CreateTransferStatus.Created)
        {
            status = rules.Create(book, transfer, timestamp, out timestamp);
        }

        if (!Store.IsChainOpen)
        {
            _refusals.WriteNoted();
        }

        return (CreateTransferStatus)status;
    }

    /// <summary>
    /// Posts a group of legs whose accounts the caller has found: all of them, or none and the code of the first that
    /// is refused. No id is looked up or indexed; the legs appear in statements and queries, each with its own
    /// timestamp and at consecutive positions.
    /// </summary>
    /// <param name="book">The book of all accounts.</param>
    /// <param name="legs">The legs, applied in order; a later one sees the earlier ones.</param>
    /// <param name="firstPosition">
    /// Position of the first leg (of a pending leg: the name to resolve it by); −1 if refused.
    /// </param>
    /// <param name="firstTimestamp">Timestamp of the first leg; 0 if refused.</param>
    public CreateTransferStatus PostLegs(
        ulong book, ReadOnlySpan<PostingLeg> legs, out long firstPosition, out ulong firstTimestamp) =>
        _legs.Post(book, legs, out firstPosition, out firstTimestamp);

    /// <summary>
    /// Whether a pending leg has room. Places set aside by <see cref="SetAsidePending"/> are not free.
    /// </summary>
    public bool HasRoomForPending => !Store.Pendings.IsFull;

    /// <summary>
    /// Keeps a place among the open pendings for a leg to come that nothing may refuse then, or gives it back (just
    /// before the leg is posted, or when it never will be). Not kept over a recovery: the caller sets it aside again.
    /// </summary>
    /// <param name="change">+1 or −1.</param>
    public void SetAsidePending(int change) => Store.Pendings.SetAside = checked(Store.Pendings.SetAside + change);

    /// <summary>Begins a chain: what follows can be taken back as a whole. Chains do not nest.</summary>
    public void BeginChain() => Store.BeginChain();

    /// <summary>Makes what happened since <see cref="BeginChain"/> final.</summary>
    public void CommitChain()
    {
        Store.CommitChain();
        _refusals.WriteNoted();
    }

    /// <summary>
    /// Takes back what happened since <see cref="BeginChain"/>. An id used up by a failure stays used up.
    /// </summary>
    public void RollbackChain()
    {
        Store.RollbackChain();
        _refusals.WriteNoted();
    }

    /// <summary>The slot of an account, or −1. An account keeps its slot for life.</summary>
    public int FindAccount(ulong book, UInt128 id) => Store.Accounts.Rows.Find(new AccountKey(book, id));

    /// <summary>Brings an account's row towards the CPU.</summary>
    public void PrefetchAccount(int slot) => Store.Accounts.Rows.Prefetch(slot);

    /// <summary>Brings the totals of an account's book towards the CPU. Reads the account's row.</summary>
    public void PrefetchTotalsOf(int slot) => Store.Totals.Rows.Prefetch(Store.Accounts.Rows.Read(slot).TotalsSlot);

    /// <summary>The account in a slot. Valid until the next call that changes the ledger.</summary>
    public ref readonly AccountRow AccountAt(int slot) => ref Store.Accounts.Rows.Read(slot);

    /// <summary>Expires every pending transfer due at the batch's time, in order of (moment, creation).</summary>
    internal void FireTimers()
    {
        while (Store.Pendings.TryTakeDue(Store.Clock.BatchNs, out int slot))
        {
            _resolution.Expire(slot);
        }
    }
}
