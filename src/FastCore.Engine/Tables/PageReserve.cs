using System.Runtime.InteropServices;

using FastCore.Engine.Ports;

namespace FastCore.Engine.Tables;

/// <summary>
/// Memory for the tables of one partition, taken and touched before the first command. A machine may give memory out
/// only when it is first touched, and a virtual one lets the thread that touches two MiB wait for milliseconds
/// (docs/BENCH.md): who serves in less does not grow on the way. What the tables need beyond it comes from the system
/// as without it. One thread, the partition's.
/// </summary>
public sealed unsafe class PageReserve : IMemoryUser, IDisposable
{
    private const int SmallPageBytes = 4096;
    private const int Alignment = 64;

    private readonly List<(nint Start, long Bytes)> _free = [];
    private byte* _memory;

    /// <summary>Takes the memory and touches it; a GiB takes a tenth of a second, or some seconds where it is given out
    /// late.</summary>
    /// <param name="bytes">Bytes, 0 or more; rounded up to two MiB.</param>
    /// <exception cref="OutOfMemoryException">The system does not have so much.</exception>
    public PageReserve(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = (bytes + HugePages.Bytes - 1) / HugePages.Bytes * HugePages.Bytes;
        if (Bytes == 0)
        {
            return;
        }

        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)Bytes, HugePages.Bytes);
        HugePages.Advise(_memory, Bytes);
        for (long at = 0; at < Bytes; at += SmallPageBytes)
        {
            _memory[at] = 0;
        }

        _free.Add(((nint)_memory, Bytes));
    }

    /// <summary>Frees what its owner did not.</summary>
    ~PageReserve() => NativeMemory.AlignedFree(_memory);

    /// <summary>Bytes taken from the system.</summary>
    public long Bytes { get; }

    /// <summary>Bytes that no table has.</summary>
    public long FreeBytes => _free.Sum(piece => piece.Bytes);

    /// <summary>Lets the tables among the parts of a state take their pages from here from now on.</summary>
    public void Serve(IEnumerable<IStatePart> parts)
    {
        foreach (IPagedPart table in parts.OfType<IPagedPart>())
        {
            table.UseReserve(this);
        }
    }

    /// <inheritdoc/>
    public void MeasureMemory(ICollection<MemoryUse> uses)
    {
        if (Bytes == 0)
        {
            return;
        }

        long free = FreeBytes;
        uses.Add(new MemoryUse("table-reserve", MemoryUseKind.Table) { Bytes = free, FreeBytes = free });
    }

    /// <summary>Frees the memory; the tables that have some of it are gone before.</summary>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _free.Clear();
        GC.SuppressFinalize(this);
    }

    // Null when no piece is large enough.
    internal byte* TryTake(long bytes)
    {
        bytes = RoundUp(bytes);
        for (int i = 0; i < _free.Count; i++)
        {
            (nint start, long length) = _free[i];
            if (length == bytes)
            {
                _free.RemoveAt(i);
                return (byte*)start;
            }

            if (length > bytes)
            {
                _free[i] = (start + (nint)bytes, length - bytes);
                return (byte*)start;
            }
        }

        return null;
    }

    // Pieces are not joined again: tables give theirs back when they go, not while the partition works.
    internal void Return(byte* start, long bytes)
    {
        if (_memory != null)
        {
            _free.Add(((nint)start, RoundUp(bytes)));
        }
    }

    internal bool Has(byte* start) => start >= _memory && start < _memory + Bytes;

    private static long RoundUp(long bytes) => (bytes + Alignment - 1) & -Alignment;
}

/// <summary>A part of the state whose rows lie in pages of memory.</summary>
internal interface IPagedPart
{
    /// <summary>Takes further pages from a reserve as long as it has some.</summary>
    void UseReserve(PageReserve reserve);
}
