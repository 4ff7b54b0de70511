using FastCore.Storage;
using FastCore.Storage.Disk;

namespace FastCore.Simulation.Disks;

// An open file of a faulty disk.
internal sealed class FaultyHandle(
    FaultyDisk disk, string path, FaultyFile file, DiskFileMode mode, DiskFileKind kind) : IDiskFile
{
    private readonly int _powerOns = disk.PowerOns;

    public long Length
    {
        get
        {
            lock (disk.Gate)
            {
                return file.Length;
            }
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (kind == DiskFileKind.Durable)
        {
            disk.BeforeStable?.Invoke(path);
        }

        lock (disk.Gate)
        {
            CheckWritable();
            if (kind != DiskFileKind.Small
                && (offset % AlignedBuffer.Alignment != 0 || bytes.Length % AlignedBuffer.Alignment != 0))
            {
                throw new ArgumentException($"{path}: {offset}+{bytes.Length} is not aligned.");
            }

            disk.Grow(file, offset + bytes.Length);
            bool isWhole = TryDisturb(ref offset, ref bytes);
            bool torn = disk.IsNextCut;
            file.Write(offset, bytes);
            if (kind == DiskFileKind.Durable && !torn && isWhole)
            {
                file.Flush();
            }

            // A torn write stays dirty: any of its sectors may be found after the power is back.
            disk.Change();
            if (!isWhole)
            {
                throw new IOException($"{path}: a write was short.");
            }
        }
    }

    public int Read(long offset, Span<byte> bytes)
    {
        lock (disk.Gate)
        {
            Check();
            if (disk.Faults?.Draw(DiskFault.SectorError) == true && file.Length > offset)
            {
                file.BreakSector(offset);
            }

            return file.TryRead(offset, bytes, out int count)
                ? count
                : throw new IOException($"{path}: a sector cannot be read.");
        }
    }

    public void Flush()
    {
        disk.BeforeStable?.Invoke(path);
        lock (disk.Gate)
        {
            Check();
            disk.Change();
            if (Matches(disk.FailFlushesOf))
            {
                throw new IOException($"{path}: the sync failed.");
            }

            file.Flush();
        }
    }

    public void Reserve(long length)
    {
        lock (disk.Gate)
        {
            CheckWritable();
            disk.Grow(file, length);
            disk.Change();
            file.Reserve(length);
        }
    }

    public void Dispose()
    {
        // The file lives on in the disk.
    }

    // Moves or cuts a write as the faults say. False when it fails after what is left of it.
    private bool TryDisturb(ref long offset, ref ReadOnlySpan<byte> bytes)
    {
        if (disk.Faults is not { } faults)
        {
            return true;
        }

        if (faults.Draw(DiskFault.ShortWrite))
        {
            int sectors = bytes.Length / FaultyDisk.SectorBytes;
            bytes = bytes[..(faults.Random.Below(sectors + 1) * FaultyDisk.SectorBytes)];
            return false;
        }

        if (kind != DiskFileKind.Small && faults.Draw(DiskFault.MisdirectedWrite))
        {
            file.NoteUndone(offset, bytes.Length);
            long room = Math.Max(0, file.Length - bytes.Length) / AlignedBuffer.Alignment;
            offset = (long)faults.Random.Below((ulong)room + 1) * AlignedBuffer.Alignment;
        }
        else if (kind != DiskFileKind.Small && faults.Draw(DiskFault.LostWrite))
        {
            file.NoteUndone(offset, bytes.Length);
            bytes = default;
        }

        return true;
    }

    private void Check()
    {
        disk.Check();
        if (disk.PowerOns != _powerOns)
        {
            throw new IOException($"{path} was opened before the power was gone.");
        }
    }

    private void CheckWritable()
    {
        Check();
        if (mode == DiskFileMode.Read)
        {
            throw new UnauthorizedAccessException($"{path} is open for reading.");
        }

        if (Matches(disk.FailWritesOf))
        {
            throw new IOException($"{path}: the device failed.");
        }

        if (Matches(disk.FullFor))
        {
            throw new DiskFullException(path);
        }
    }

    private bool Matches(string? text) => text is not null && path.Contains(text, StringComparison.Ordinal);
}
