using FastCore.Engine.Ports;
using FastCore.Engine.Tables;

namespace FastCore.Fraud.Features;

/// <summary>The hours of spilled events of all keys of a kind, numbered per key in the order of time.</summary>
internal sealed class SpilledHours(string name, int hoursMax) : IDisposable
{
    private readonly OffHeapTable<PieceKey, HourRow> _hours = new($"{name}-hours", 1, hoursMax);

    public IStatePart Part => _hours;

    public bool IsFull => _hours.IsFull;

    public int Count => _hours.Count;

    /// <summary>An hour that is there.</summary>
    public ref readonly HourRow Read(int owner, uint number) => ref _hours.Read(Slot(owner, number));

    /// <summary>Adds an hour to a table that is not full.</summary>
    public void Append(int owner, uint number, ulong endNs, uint firstEvent)
    {
        ref HourRow hour = ref _hours.Insert(new PieceKey(owner, number), out _);
        hour.Owner = owner;
        hour.Number = number;
        hour.EndNs = endNs;
        hour.FirstEvent = firstEvent;
    }

    public void Add(int owner, uint number, in EventRow row)
    {
        ref HourRow hour = ref _hours.Write(Slot(owner, number));
        hour.Sum += row.Amount;
        hour.Count++;
        hour.Fraud += row.Fraud;
        hour.Distinct += row.Distinct;
    }

    /// <summary>An hour that is there, to change.</summary>
    public ref HourRow Write(int owner, uint number) => ref _hours.Write(Slot(owner, number));

    public void Remove(int owner, uint number) => _hours.Remove(Slot(owner, number));

    /// <summary>The hour that has an event, among those numbered from first to before next.</summary>
    public bool TryFind(int owner, uint first, uint next, uint eventNumber, out uint number)
    {
        number = first;
        if (first == next)
        {
            return false;
        }

        // Event numbers may wrap around; their distance from the oldest one rises.
        uint oldest = Read(owner, first).FirstEvent;
        uint low = 0;
        uint high = next - first;
        while (high - low > 1)
        {
            uint middle = (low + high) / 2;
            if (Read(owner, first + middle).FirstEvent - oldest <= eventNumber - oldest)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        number = first + low;
        ref readonly HourRow hour = ref Read(owner, number);
        return eventNumber - hour.FirstEvent < hour.Count;
    }

    public void Dispose() => _hours.Dispose();

    private int Slot(int owner, uint number) => _hours.Find(new PieceKey(owner, number));
}
