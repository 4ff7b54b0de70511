using System.Runtime.InteropServices;
using FastCore.Engine.Ports;

namespace FastCore.Storage.Journal;

internal sealed class JournalReader : IJournalReader
{
    private readonly JournalCursor _cursor;
    private readonly JournalFiles _files;
    private readonly Func<ulong> _until;
    private readonly ulong _skipUntil;
    private ulong _untilSequence;

    // The end is asked for whenever it is reached: a reader can follow a journal that grows.
    public JournalReader(JournalFiles files, JournalCursor cursor, ulong fromSequence, Func<ulong> until)
    {
        _files = files;
        _cursor = cursor;
        _skipUntil = fromSequence;
        _until = until;
        _untilSequence = until();
    }

    public ulong Sequence { get; private set; }

    public ulong TimestampNs { get; private set; }

    public int CommandCount { get; private set; }

    public ReadOnlySpan<byte> Commands => _cursor.Commands;

    public ReadOnlySpan<byte> Hash => _cursor.Hash;

    public bool MoveNext()
    {
        while (_cursor.Sequence < _untilSequence || TryMoveEnd())
        {
            CursorStep step = _cursor.Next(out ReadOnlySpan<byte> entry);
            if (step != CursorStep.Entry)
            {
                throw new CorruptStorageException(
                    _cursor.Pages.FileOf(_cursor.Address),
                    _cursor.Pages.OffsetInFile(_cursor.Address),
                    _cursor.Sequence + 1,
                    step == CursorStep.Broken ? _cursor.Wrong : "the entry is missing");
            }

            if (_cursor.Sequence >= _skipUntil)
            {
                JournalEntryHeader header = MemoryMarshal.Read<JournalEntryHeader>(entry);
                Sequence = header.Sequence;
                TimestampNs = header.TimestampNs;
                CommandCount = (int)header.CommandCount;
                return true;
            }
        }

        return false;
    }

    public void Dispose()
    {
        _cursor.Dispose();
        _cursor.Pages.Dispose();
    }

    private bool TryMoveEnd()
    {
        ulong sequence = _until();
        if (sequence <= _untilSequence)
        {
            return false;
        }

        _untilSequence = sequence;
        _cursor.MoveEnd(_files.EndAddress());
        return true;
    }
}
