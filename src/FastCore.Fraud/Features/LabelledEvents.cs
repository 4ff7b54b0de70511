using FastCore.Engine.Ports;
using FastCore.Engine.Tables;

namespace FastCore.Fraud.Features;

/// <summary>
/// What labels said about the few events that have any. A row is there exactly as long as its event: it goes when the
/// event leaves the longest window, or the hour into which the event was spilled. A link is a slot + 1, zero is none.
/// </summary>
internal sealed class LabelledEvents(string name, int labelsMax) : IDisposable
{
    private readonly OffHeapTable<PieceKey, LabelledRow> _rows = new($"{name}-labels", 1, labelsMax);

    public IStatePart Part => _rows;

    public int Count => _rows.Count;

    /// <summary>The link of an event's row.</summary>
    public int Find(int owner, uint number) => _rows.Find(new PieceKey(owner, number)) + 1;

    public ref readonly LabelledRow Read(int link) => ref _rows.Read(link - 1);

    public ref LabelledRow Write(int link) => ref _rows.Write(link - 1);

    /// <summary>Adds the row of an event that has none to a table that is not full.</summary>
    /// <returns>Its link.</returns>
    public int Add(int owner, uint number)
    {
        ref LabelledRow row = ref _rows.Insert(new PieceKey(owner, number), out int slot);
        row.Owner = owner;
        row.Number = number;
        return slot + 1;
    }

    /// <summary>Puts a row into a list.</summary>
    public void Push(ref int head, int link)
    {
        Write(link).Next = head;
        head = link;
    }

    public void Remove(int link) => _rows.Remove(link - 1);

    /// <summary>Removes the rows of a list, such as those of an hour that is over.</summary>
    public void RemoveAll(int head)
    {
        while (head != 0)
        {
            int next = Read(head).Next;
            Remove(head);
            head = next;
        }
    }

    public void Dispose() => _rows.Dispose();
}
