using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// Ids used up by transient failures: a marker row each, with what was asked and the code, and an entry in the record
/// index. A refusal inside a chain is noted and written after the chain was rolled back, so that it stays.
/// </summary>
internal sealed class Refusals(LedgerStore store)
{
    private Transfer _asked;
    private ulong _book;
    private ulong _timestampNs;
    private CreateTransferStatus _status;
    private bool _isNoted;

    /// <summary>Whether a code uses the id up: it depends on the state of the moment.</summary>
    public static bool IsTransient(CreateTransferStatus status) => status switch
    {
        CreateTransferStatus.DebitAccountNotFound => true,
        CreateTransferStatus.CreditAccountNotFound => true,
        CreateTransferStatus.PendingTransferNotFound => true,
        CreateTransferStatus.DebitAccountAlreadyClosed => true,
        CreateTransferStatus.CreditAccountAlreadyClosed => true,
        CreateTransferStatus.ExceedsCredits => true,
        CreateTransferStatus.ExceedsDebits => true,
        _ => false,
    };

    /// <summary>Notes a failure; only a transient one matters, and of a chain only the first.</summary>
    public void Note(ulong book, in Transfer asked, CreateTransferStatus status, ulong timestampNs)
    {
        if (_isNoted || !IsTransient(status))
        {
            return;
        }

        _isNoted = true;
        _asked = asked;
        _book = book;
        _status = status;
        _timestampNs = timestampNs;
    }

    /// <summary>Writes what was noted. Not inside a chain.</summary>
    public void WriteNoted()
    {
        if (_isNoted)
        {
            Write();
        }
    }

    private void Write()
    {
        _isNoted = false;
        long position = store.Transfers.Count;
        ref TransferRow row = ref store.Transfers.Append();
        row.Transfer = _asked;
        row.Transfer.Timestamp = _timestampNs;
        row.PendingPosition = (long)_status;
        row.SetBook(_book, TransferRowKind.Refusal);
        store.Ids.Set(TransferIds.KeyOf(_book, _asked.Id), new IdEntry(position, IdState.Refused));
    }
}
