namespace FastCore.Storage.Disk;

// Small files change as a whole: written beside, synced, renamed over, and the directory synced.
internal static class SmallFile
{
    public static void Replace(IDisk disk, string folder, string name, string newName, ReadOnlySpan<byte> bytes)
    {
        string beside = Join(folder, newName);
        using (IDiskFile file = disk.Open(beside, DiskFileMode.Create, DiskFileKind.Small))
        {
            file.Write(0, bytes);
            file.Flush();
        }

        disk.Rename(beside, Join(folder, name));
        disk.SyncDirectory(folder);
    }

    public static string Join(string folder, string name) => folder.Length == 0 ? name : folder + "/" + name;
}
