using FastCore.Storage.Disk;
using FastCore.Testing;
using Microsoft.Win32.SafeHandles;

namespace FastCore.Torture;

/// <summary>
/// A file of <see cref="PowerLossDisk"/>: a real one with the stable bytes, and pages in memory over it.
/// </summary>
internal sealed class PowerLossFile
{
    private const int PageBytes = AlignedBuffer.Alignment;
    private const int EarlyOneIn = 8;
    private const int TornOneIn = 4;
    private const int DirtyPagesMax = 16 << 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, byte[]> _dirty = [];
    private readonly SeededRandom _random;
    private SafeFileHandle? _handle;
    private long _length;
    private bool _isEmptied;
    private int _users;

    /// <summary>Makes it over a real file.</summary>
    public PowerLossFile(string realPath, string name, ulong seed)
    {
        RealPath = realPath;
        Name = name;
        _random = new SeededRandom(seed);
        _length = new FileInfo(realPath).Length;
    }

    // The three names belong to the disk and change under its lock.

    /// <summary>Where the stable bytes lie.</summary>
    public string RealPath { get; set; }

    /// <summary>The name that the process knows it by; null when it is deleted.</summary>
    public string? Name { get; set; }

    /// <summary>The name under which a power cut leaves it; null when it leaves none.</summary>
    public string? StableName { get; set; }

    /// <summary>Opens it; called under the disk's lock.</summary>
    public IDiskFile Open(DiskFileKind kind)
    {
        lock (_gate)
        {
            _handle ??= OpenReal();
            _users++;
            return new Handle(this, kind);
        }
    }

    /// <summary>Cuts it to nothing; the real file keeps its bytes until the next flush.</summary>
    public void Empty()
    {
        lock (_gate)
        {
            _dirty.Clear();
            _length = 0;
            _isEmptied = true;
        }
    }

    private SafeFileHandle OpenReal() => File.OpenHandle(
        RealPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private int Read(long offset, Span<byte> bytes)
    {
        lock (_gate)
        {
            int count = (int)Math.Clamp(_length - offset, 0, bytes.Length);
            ReadReal(offset, bytes[..count]);
            for (long page = offset / PageBytes; page * PageBytes < offset + count; page++)
            {
                if (_dirty.TryGetValue(page, out byte[]? held))
                {
                    long from = Math.Max(offset, page * PageBytes);
                    long until = Math.Min(offset + count, (page + 1) * PageBytes);
                    held.AsSpan((int)(from - (page * PageBytes)), (int)(until - from))
                        .CopyTo(bytes[(int)(from - offset)..]);
                }
            }

            return count;
        }
    }

    private void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            for (int done = 0; done < bytes.Length;)
            {
                long page = (offset + done) / PageBytes;
                int within = (int)((offset + done) % PageBytes);
                int count = Math.Min(PageBytes - within, bytes.Length - done);
                if (!_dirty.TryGetValue(page, out byte[]? held))
                {
                    held = new byte[PageBytes];
                    if (count < PageBytes)
                    {
                        ReadReal(page * PageBytes, held);
                    }

                    _dirty.Add(page, held);
                }

                bytes.Slice(done, count).CopyTo(held.AsSpan(within));
                done += count;
                _length = Math.Max(_length, offset + done);
                if (!_isEmptied && (_random.OneIn(EarlyOneIn) || _dirty.Count > DirtyPagesMax))
                {
                    WriteBack(page);
                }
            }
        }
    }

    private void WriteDurable(long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_isEmptied)
            {
                Flush();
            }

            for (long page = offset / PageBytes; page * PageBytes < offset + bytes.Length; page++)
            {
                _dirty.Remove(page);
            }

            // A device may write the sectors of one request in any order; a kill in between leaves a torn write.
            if (_random.OneIn(TornOneIn))
            {
                foreach (int piece in Shuffled(bytes.Length / PageBytes))
                {
                    int from = piece * PageBytes;
                    RandomAccess.Write(_handle!, bytes.Slice(from, PageBytes), offset + from);
                }
            }
            else
            {
                RandomAccess.Write(_handle!, bytes, offset);
            }

            _length = Math.Max(_length, offset + bytes.Length);
            RandomAccess.FlushToDisk(_handle!);
        }
    }

    private void Flush()
    {
        lock (_gate)
        {
            if (_isEmptied)
            {
                RandomAccess.SetLength(_handle!, 0);
                _isEmptied = false;
            }

            long[] pages = [.. _dirty.Keys];
            foreach (int at in Shuffled(pages.Length))
            {
                WriteBack(pages[at]);
            }

            if (RandomAccess.GetLength(_handle!) < _length)
            {
                RandomAccess.SetLength(_handle!, _length);
            }

            RandomAccess.FlushToDisk(_handle!);
        }
    }

    private void Reserve(long length)
    {
        lock (_gate)
        {
            _length = Math.Max(_length, length);
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            if (--_users == 0)
            {
                _handle!.Dispose();
                _handle = null;
            }
        }
    }

    // What the real file does not have reads as zero.
    private void ReadReal(long offset, Span<byte> bytes)
    {
        int total = 0;
        int read = 1;
        while (!_isEmptied && total < bytes.Length && read > 0)
        {
            read = RandomAccess.Read(_handle!, bytes[total..], offset + total);
            total += read;
        }

        bytes[total..].Clear();
    }

    private void WriteBack(long page)
    {
        _dirty.Remove(page, out byte[]? held);
        int count = (int)Math.Min(PageBytes, _length - (page * PageBytes));
        RandomAccess.Write(_handle!, held.AsSpan(0, count), page * PageBytes);
    }

    private int[] Shuffled(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int other = _random.Below(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }

    private sealed class Handle(PowerLossFile file, DiskFileKind kind) : IDiskFile
    {
        private bool _isClosed;

        public long Length
        {
            get
            {
                lock (file._gate)
                {
                    return file._length;
                }
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (kind == DiskFileKind.Durable)
            {
                file.WriteDurable(offset, bytes);
            }
            else
            {
                file.Write(offset, bytes);
            }
        }

        public int Read(long offset, Span<byte> bytes) => file.Read(offset, bytes);

        public void Flush() => file.Flush();

        public void Reserve(long length) => file.Reserve(length);

        public void Dispose()
        {
            if (!_isClosed)
            {
                _isClosed = true;
                file.Close();
            }
        }
    }
}
