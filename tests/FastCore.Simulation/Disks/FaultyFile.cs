using FastCore.Testing;

namespace FastCore.Simulation.Disks;

// Current bytes, stable bytes and the sectors in which they may differ. Called under the disk's lock.
internal sealed class FaultyFile
{
    private readonly HashSet<long> _dirty = [];
    private readonly HashSet<long> _unreadable = [];
    private readonly HashSet<long> _undone = [];
    private byte[] _current;
    private byte[] _stable;
    private long _length;
    private long _stableLength;

    public FaultyFile(byte[] bytes)
    {
        _current = (byte[])bytes.Clone();
        _stable = (byte[])bytes.Clone();
        _length = bytes.Length;
        _stableLength = bytes.Length;
    }

    public long Length => _length;

    public byte[] Bytes() => _current[..(int)_length];

    public void FlipBit(long position, int bit)
    {
        _current[position] ^= (byte)(1 << bit);
        if (position < _stable.Length)
        {
            _stable[position] ^= (byte)(1 << bit);
        }

        NoteUndone(position, 1);
    }

    public bool HasUndone => _undone.Count != 0;

    // What was called stable here is not here.
    public void NoteUndone(long offset, long length)
    {
        for (long sector = offset / FaultyDisk.SectorBytes; sector * FaultyDisk.SectorBytes < offset + length; sector++)
        {
            _undone.Add(sector);
        }
    }

    public bool IsUndoneFrom(long offset) => _undone.Any(sector => sector >= offset / FaultyDisk.SectorBytes);

    public void ForgetUndone() => _undone.Clear();

    // Behind the last byte that is not zero.
    public long UsedLength => _current.AsSpan(0, (int)_length).LastIndexOfAnyExcept((byte)0) + 1;

    public void BreakSector(long position) => _unreadable.Add(position / FaultyDisk.SectorBytes);

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Reserve(offset + bytes.Length);
        bytes.CopyTo(_current.AsSpan((int)offset));
        for (long sector =
            offset / FaultyDisk.SectorBytes; sector * FaultyDisk.SectorBytes < offset + bytes.Length; sector++)
        {
            _dirty.Add(sector);
            _unreadable.Remove(sector);
            _undone.Remove(sector);
        }
    }

    // False when a sector cannot be read.
    public bool TryRead(long offset, Span<byte> bytes, out int count)
    {
        count = (int)Math.Clamp(_length - offset, 0, bytes.Length);
        if (_unreadable.Count != 0)
        {
            long end = offset + count;
            if (_unreadable.Any(sector =>
                sector * FaultyDisk.SectorBytes < end && (sector + 1) * FaultyDisk.SectorBytes > offset))
            {
                return false;
            }
        }

        _current.AsSpan((int)Math.Min(offset, _length), count).CopyTo(bytes);
        return true;
    }

    public void Reserve(long length)
    {
        if (length > _current.Length)
        {
            Array.Resize(
                ref _current, (int)Math.Max(length, Math.Min(_current.Length * 2L, _current.Length + (4L << 20))));
        }

        _length = Math.Max(_length, length);
    }

    public void Flush()
    {
        if (_stable.Length < _current.Length)
        {
            Array.Resize(ref _stable, _current.Length);
        }

        foreach (long sector in _dirty)
        {
            CopySector(sector, _current, _stable, _length);
        }

        _dirty.Clear();
        _stableLength = _length;
    }

    // What the power leaves: of every sector on its way the old or the new bytes, and the old or the new length.
    public void CutPower(SeededRandom random)
    {
        if (_stableLength != _length && random.OneIn(2))
        {
            _current.AsSpan((int)_stableLength, (int)(_length - _stableLength)).Clear();
            _length = _stableLength;
        }

        foreach (long sector in _dirty.Order())
        {
            if (random.OneIn(2))
            {
                RevertSector(sector);
            }
        }

        Flush();
    }

    public FaultyFile Clone()
    {
        FaultyFile clone = new([])
        {
            _current = (byte[])_current.Clone(),
            _stable = (byte[])_stable.Clone(),
            _length = _length,
            _stableLength = _stableLength,
        };
        clone._dirty.UnionWith(_dirty);
        clone._unreadable.UnionWith(_unreadable);
        clone._undone.UnionWith(_undone);
        return clone;
    }

    private void RevertSector(long sector)
    {
        long from = sector * FaultyDisk.SectorBytes;
        long length = Math.Min(FaultyDisk.SectorBytes, _length - from);
        if (length > 0)
        {
            _current.AsSpan((int)from, (int)length).Clear();
            CopySector(sector, _stable, _current, Math.Min(_length, _stableLength));
        }
    }

    private static void CopySector(long sector, byte[] source, byte[] target, long end)
    {
        int from = (int)(sector * FaultyDisk.SectorBytes);
        long until = Math.Min(end, Math.Min(source.Length, target.Length));
        int length = (int)Math.Min(FaultyDisk.SectorBytes, until - from);
        if (length > 0)
        {
            source.AsSpan(from, length).CopyTo(target.AsSpan(from));
        }
    }
}
