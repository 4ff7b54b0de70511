namespace FastCore.Seats.Charts.Text;

/// <summary>What can be wrong in a chart file, one code per rule of docs/SEATS.md, section "Chart files".</summary>
public enum ChartMistakeCode
{
    /// <summary>The file is larger than <see cref="ChartFile.BytesMax"/>.</summary>
    FileTooLarge = 1,

    /// <summary>The bytes are not one JSON value, or it is nested too deeply.</summary>
    NotJson = 2,

    /// <summary>A value of another kind must stand here.</summary>
    WrongType = 3,

    /// <summary>There is no member of this name here.</summary>
    UnknownMember = 4,

    /// <summary>A member is there twice.</summary>
    RepeatedMember = 5,

    /// <summary>A member that must be there is not.</summary>
    MissingMember = 6,

    /// <summary>Two members that exclude each other are both there.</summary>
    ConflictingMembers = 7,

    /// <summary>A text is not UTF-8, is too long, is empty where it must not be, or has a zero in it.</summary>
    TextInvalid = 8,

    /// <summary>A number is not whole or not in its range.</summary>
    NumberOutOfRange = 9,

    /// <summary>There are more categories than a chart can have.</summary>
    TooManyCategories = 10,

    /// <summary>Two categories have the same name.</summary>
    CategoryRepeated = 11,

    /// <summary>A category is named that is not declared.</summary>
    CategoryUnknown = 12,

    /// <summary>Neither the block nor its section has a category.</summary>
    CategoryMissing = 13,

    /// <summary>A range of names goes neither from letter to letter nor from number to number, upwards.</summary>
    RangeInvalid = 14,

    /// <summary>An aisle, an accessible seat or a focus lies beyond the seats.</summary>
    SeatBeyondBlock = 15,

    /// <summary>A seat is listed twice, or the list is not in order.</summary>
    SeatsNotInOrder = 16,

    /// <summary>A printed number would leave 0 … 65,535.</summary>
    NumberingOutOfRange = 17,

    /// <summary>A rank would leave 0 … 65,535.</summary>
    RankOutOfRange = 18,

    /// <summary>A table that is sold whole is for at least one and at most as many people as it has seats.</summary>
    OccupancyInvalid = 19,

    /// <summary>There are more blocks than a chart can have.</summary>
    TooManyBlocks = 20,

    /// <summary>There is no block at all.</summary>
    NoBlocks = 21,

    /// <summary>Two seats or two areas would be called the same.</summary>
    LabelRepeated = 22,

    /// <summary>So much is wrong that the rest is not told.</summary>
    TooManyMistakes = 23,
}
