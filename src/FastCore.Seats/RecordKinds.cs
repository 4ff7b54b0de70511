namespace FastCore.Seats;

/// <summary>Kinds of records in the index that all domains of a partition share.</summary>
internal static class RecordKinds
{
    public const byte Hold = 96;
    public const byte Booking = 97;
    public const byte WaitingListEntry = 98;
    public const byte LinkedBooking = 99;
}
