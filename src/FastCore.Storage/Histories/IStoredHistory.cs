using FastCore.Engine.Ports;

namespace FastCore.Storage.Histories;

// What checkpoint and partition storage ask of a history whatever its row type.
internal interface IStoredHistory : IDisposable
{
    string Name { get; }

    // Full blocks at the last mark of a checkpoint.
    long MarkedBlocks { get; }

    StorageState State { get; }

    // Why the state is Failed; names the file.
    Exception? Error { get; }

    // Makes the first blocks stable; false while some are not written yet. Any thread.
    bool TrySyncTo(long blocks);
}
