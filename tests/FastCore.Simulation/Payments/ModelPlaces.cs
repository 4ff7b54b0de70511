namespace FastCore.Simulation.Payments;

/// <summary>
/// The numbered places of a table, which order what is due at the same moment: the place given free last is taken
/// first, and when none is free the next new one.
/// </summary>
internal sealed class ModelPlaces
{
    private readonly Stack<int> _free = [];
    private int _used;

    /// <summary>Places taken.</summary>
    public int Count => _used - _free.Count;

    public int Take() => _free.TryPop(out int place) ? place : _used++;

    public void GiveBack(int place) => _free.Push(place);
}
