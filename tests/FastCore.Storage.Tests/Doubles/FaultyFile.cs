namespace FastCore.Storage.Tests.Doubles;

// Current bytes, stable bytes and the sectors in which they may differ. Called under the disk's lock.
internal sealed class FaultyFile
{
    private readonly HashSet<long> _dirty = [];
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
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Reserve(offset + bytes.Length);
        bytes.CopyTo(_current.AsSpan((int)offset));
        for (long sector =
            offset / FaultyDisk.SectorBytes; sector * FaultyDisk.SectorBytes < offset + bytes.Length; sector++)
        {
            _dirty.Add(sector);
        }
    }

    public int Read(long offset, Span<byte> bytes)
    {
        int count = (int)Math.Clamp(_length - offset, 0, bytes.Length);
        _current.AsSpan((int)Math.Min(offset, _length), count).CopyTo(bytes);
        return count;
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
            CopySector(sector, _stable);
        }

        _dirty.Clear();
        _stableLength = _length;
    }

    public byte[] AfterPowerCut(Random random)
    {
        byte[] bytes = new byte[random.Next(2) == 0 ? _stableLength : _length];
        _stable.AsSpan(0, (int)Math.Min(_stableLength, bytes.Length)).CopyTo(bytes);
        foreach (long sector in _dirty)
        {
            if (random.Next(2) == 0)
            {
                CopySector(sector, bytes);
            }
        }

        return bytes;
    }

    private void CopySector(long sector, byte[] target)
    {
        int from = (int)(sector * FaultyDisk.SectorBytes);
        int length = (int)Math.Min(FaultyDisk.SectorBytes, Math.Min(_length, target.Length) - from);
        if (length > 0)
        {
            _current.AsSpan(from, length).CopyTo(target.AsSpan(from));
        }
    }
}
