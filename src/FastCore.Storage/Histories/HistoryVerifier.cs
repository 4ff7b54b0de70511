using FastCore.Storage.Disk;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Histories;

// Reads the full blocks that a checkpoint counted, without knowledge of the row type, and checks every byte of them.
internal static class HistoryVerifier
{
    public static void Verify(IDisk disk, HistoryShape shape, in HistoryMark mark)
    {
        Hash256 chain = default;
        long blocks = (long)(mark.Count / mark.RowsPerBlock);
        using AlignedBuffer stored = new(shape.BlockBytes);
        using AlignedBuffer plain = new(shape.BlockBytes);
        for (long block = 0; block < blocks; block++)
        {
            string? wrong = Read(disk, shape, block, stored)
                ? shape.CheckStored(stored.Span, plain.Span, block, in chain, out chain)
                : "the block is missing";
            if (wrong is not null)
            {
                throw shape.Corrupt(block, wrong);
            }
        }

        if (!HistoryShape.Same(in chain, in mark.Chain))
        {
            throw shape.Corrupt(Math.Max(0, blocks - 1), "the blocks are not those of the checkpoint");
        }
    }

    private static bool Read(IDisk disk, HistoryShape shape, long block, AlignedBuffer buffer)
    {
        string path = shape.FileOf(block);
        if (!disk.FileExists(path))
        {
            return false;
        }

        using IDiskFile file = disk.Open(path, DiskFileMode.Read, DiskFileKind.Bulk);

        // The last block of a file may end before its place does.
        int count = file.Read(shape.OffsetOf(block), buffer.Span);
        buffer.Span[count..].Clear();
        return count >= HistoryBlockHeader.Size;
    }
}
