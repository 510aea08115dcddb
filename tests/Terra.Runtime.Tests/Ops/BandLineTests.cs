using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Xunit;

namespace Terra.Runtime.Tests.Ops;

public unsafe class BandLineTests
{
    /// <summary>Every line of an image, also the first and the last, of which whole vectors would reach beyond the image.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Lines_hold_every_interleaved_pixel_and_zeros_outside(int interleave)
    {
        const int Lines = 6;
        foreach (int width in (int[])[1, 2, 6, 7, 8, 9, 13, 14, 15, 16, 17, 28, 31, 33, 56, 70])
        {
            float[] image = [.. Enumerable.Range(1, Lines * width).Select(static i => (float)i)];
            for (int from = -3; from <= 2; from++)
            {
                for (int residueStride = 1; residueStride <= ((width + 6) / interleave) + 1; residueStride++)
                {
                    Check(image, Lines, width, from, interleave, residueStride);
                }
            }
        }
    }

    private static void Check(float[] image, int lines, int width, int from, int interleave, int residueStride)
    {
        float[] band = new float[(residueStride * interleave) + 1], expected = new float[residueStride * interleave];
        fixed (float* source = image, target = band)
        {
            var copy = new BandLine<float>(from, width, interleave, residueStride, source, source + image.Length);
            for (int line = 0; line < lines; line++)
            {
                Array.Fill(band, float.NaN);
                copy.Copy(source + (line * width), target);
                for (int i = 0; i < expected.Length; i++)
                {
                    int pixel = from + (i / residueStride) + (i % residueStride * interleave);
                    expected[i] = pixel >= 0 && pixel < width ? image[(line * width) + pixel] : 0;
                }

                band[..^1].Should().Equal(expected, "line {0} of width {1} from {2} by {3}", line, width, from, interleave);
                band[^1].Should().Be(float.NaN, "nothing is written behind the line");
            }
        }
    }
}
