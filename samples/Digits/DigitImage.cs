using System.Globalization;
using System.IO.Compression;

namespace Terra.Samples.Digits;

/// <summary>A scan of a handwritten digit: 8 by 8 grey levels from 0 to 1 in rows, and which digit it is.</summary>
internal sealed record DigitImage(float[] Pixels, int Label)
{
    public const int Side = 8;
    public const int Classes = 10;

    private const float WhiteLevel = 16;

    /// <summary>Reads all scans of a gzipped table of 64 levels and a label a row.</summary>
    /// <exception cref="InvalidDataException">A row has not that form.</exception>
    public static DigitImage[] ReadAll(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var images = new List<DigitImage>();
        while (reader.ReadLine() is { } line)
        {
            float[] numbers = line.Split(',').Select(static cell => float.Parse(cell, CultureInfo.InvariantCulture)).ToArray();
            if (numbers.Length != (Side * Side) + 1)
            {
                throw new InvalidDataException($"{path}: row {images.Count + 1} has {numbers.Length} cells, not {(Side * Side) + 1}");
            }

            images.Add(new DigitImage(numbers[..^1].Select(static level => level / WhiteLevel).ToArray(), (int)numbers[^1]));
        }

        return [.. images];
    }

    /// <summary>The scan as lines of text, darker characters for higher levels.</summary>
    public IEnumerable<string> Draw()
    {
        const string Shades = " .:-=+*#%@";
        for (int row = 0; row < Side; row++)
        {
            yield return string.Concat(Pixels[(row * Side)..((row + 1) * Side)]
                .Select(static level => new string(Shades[(int)Math.Round(level * (Shades.Length - 1))], 2)));
        }
    }
}
