namespace Terra.Samples.Digits;

/// <summary>The pixels and labels of some scans.</summary>
internal sealed record Batch(float[] Pixels, long[] Labels)
{
    public int Count => Labels.Length;

    /// <summary>A batch of scans as they are.</summary>
    public static Batch Of(IReadOnlyList<DigitImage> images) =>
        new(images.SelectMany(static image => image.Pixels).ToArray(), images.Select(static image => (long)image.Label).ToArray());
}

/// <summary>Deals the training scans in shuffled batches, each scan turned, moved and dimmed a little at random.</summary>
internal sealed class BatchLoader(DigitImage[] images, int batchSize, int seed)
{
    private readonly Random _random = new(seed);
    private readonly DigitImage[] _images = [.. images];

    /// <summary>The batches of one epoch. What does not fill a batch is left out; the next epoch shuffles anew.</summary>
    public IEnumerable<Batch> Epoch()
    {
        _random.Shuffle(_images);
        for (int start = 0; start + batchSize <= _images.Length; start += batchSize)
        {
            yield return Augmented(_images.AsSpan(start, batchSize));
        }
    }

    private Batch Augmented(ReadOnlySpan<DigitImage> images)
    {
        const int Area = DigitImage.Side * DigitImage.Side;
        var pixels = new float[images.Length * Area];
        var labels = new long[images.Length];
        for (int i = 0; i < images.Length; i++)
        {
            Augment(images[i].Pixels, pixels.AsSpan(i * Area, Area));
            labels[i] = images[i].Label;
        }

        return new Batch(pixels, labels);
    }

    /// <summary>Turns, scales and shifts a scan by small random amounts, and adds a little noise.</summary>
    private void Augment(float[] source, Span<float> destination)
    {
        const float Middle = (DigitImage.Side - 1) / 2f;
        (float sin, float cos) = MathF.SinCos(Spread(0.2f));
        float zoom = 1 + Spread(0.1f);
        float right = Spread(0.7f);
        float down = Spread(0.5f);
        float contrast = 1 + Spread(0.2f);
        for (int row = 0; row < DigitImage.Side; row++)
        {
            for (int column = 0; column < DigitImage.Side; column++)
            {
                float y = (row - Middle - down) * zoom;
                float x = (column - Middle - right) * zoom;
                float level = Interpolate(source, (cos * y) + (sin * x) + Middle, (cos * x) - (sin * y) + Middle);
                destination[(row * DigitImage.Side) + column] = Math.Clamp((contrast * level) + Spread(0.05f), 0, 1);
            }
        }
    }

    /// <summary>The level at a point between pixels; white beyond the border.</summary>
    private static float Interpolate(float[] pixels, float y, float x)
    {
        (int top, int left) = ((int)MathF.Floor(y), (int)MathF.Floor(x));
        (float below, float beside) = (y - top, x - left);
        return ((1 - below) * (((1 - beside) * At(pixels, top, left)) + (beside * At(pixels, top, left + 1))))
            + (below * (((1 - beside) * At(pixels, top + 1, left)) + (beside * At(pixels, top + 1, left + 1))));
    }

    private static float At(float[] pixels, int row, int column) =>
        row is >= 0 and < DigitImage.Side && column is >= 0 and < DigitImage.Side ? pixels[(row * DigitImage.Side) + column] : 0;

    private float Spread(float width) => width * ((2 * _random.NextSingle()) - 1);
}
