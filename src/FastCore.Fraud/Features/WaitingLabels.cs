using FastCore.Engine.Ports;
using FastCore.Engine.Tables;

namespace FastCore.Fraud.Features;

/// <summary>
/// Labels whose known-at is later than their key's time, in a list per key by known-at, then by label. A link is a slot
/// + 1, zero is none.
/// </summary>
internal sealed class WaitingLabels(string name, int labelsMax, HistoryState state) : IDisposable
{
    private readonly OffHeapTable<PieceKey, WaitingLabelRow> _rows = new($"{name}-waiting-labels", 1, labelsMax);

    public IStatePart Part => _rows;

    public int Count => _rows.Count;

    /// <summary>Adds a label of an event of the list's key.</summary>
    /// <param name="head">The list.</param>
    /// <param name="place">Where the event lies.</param>
    /// <param name="label">What will be known.</param>
    /// <param name="knownAtNs">Since when.</param>
    /// <param name="hasRoom">There will be room for what it says about its event.</param>
    public LabelStatus Add(ref int head, in EventPlace place, FraudLabel label, ulong knownAtNs, bool hasRoom)
    {
        int previous = 0;
        int next = head;
        while (next != 0)
        {
            ref readonly WaitingLabelRow row = ref _rows.Read(next - 1);
            if (row.KnownAtNs == knownAtNs && row.Label == label && row.Place.Number == place.Number)
            {
                return LabelStatus.Repeated;
            }

            if (row.KnownAtNs > knownAtNs || (row.KnownAtNs == knownAtNs && row.Label > label))
            {
                break;
            }

            previous = next;
            next = row.Next;
        }

        if (_rows.IsFull || !hasRoom)
        {
            return _rows.IsFull ? LabelStatus.WaitingFull : LabelStatus.LabelsFull;
        }

        uint number = state.Numbers.NextWaitingLabel++;
        ref WaitingLabelRow added = ref _rows.Insert(new PieceKey(0, number), out int slot);
        added.Place = place;
        added.KnownAtNs = knownAtNs;
        added.Number = number;
        added.Label = label;
        added.Next = next;
        if (previous == 0)
        {
            head = slot + 1;
        }
        else
        {
            _rows.Write(previous - 1).Next = slot + 1;
        }

        return LabelStatus.Accepted;
    }

    /// <summary>Takes the first label of a list if it is known by then.</summary>
    public bool TryTake(ref int head, ulong nowNs, out WaitingLabelRow label)
    {
        label = head == 0 ? default : _rows.Read(head - 1);
        if (head == 0 || label.KnownAtNs > nowNs)
        {
            return false;
        }

        _rows.Remove(head - 1);
        head = label.Next;
        return true;
    }

    /// <summary>Labels in a list.</summary>
    public int CountFrom(int head)
    {
        int count = 0;
        for (int next = head; next != 0; next = _rows.Read(next - 1).Next)
        {
            count++;
        }

        return count;
    }

    public void Dispose() => _rows.Dispose();
}
