using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Scales signals (N, C, L), images (N, C, H, W) or volumes (N, C, D, H, W) to a size, or by factors.</summary>
            /// <param name="x">What to scale.</param>
            /// <param name="size">The new sizes of the spatial dimensions; one entry counts for all.</param>
            /// <param name="scale_factor">By what to multiply them instead; one entry counts for all.</param>
            /// <param name="mode">How: Linear, Bilinear and Bicubic, and Trilinear are for signals, images, and volumes; the others for all.</param>
            /// <param name="align_corners">Whether the centres of the corner elements keep their places, or their outer corners.</param>
            /// <param name="recompute_scale_factor">Whether the ratio of the sizes counts in place of the factors given.</param>
            /// <param name="antialias">Whether shrinking takes the weighted mean of all elements that fall upon a result's; for Bilinear and Bicubic.</param>
            /// <exception cref="ArgumentException">Not exactly one of size and factors is given, or they or the mode do not fit the input.</exception>
            /// <exception cref="System.Runtime.InteropServices.ExternalException">A size is zero, in a mode other than Area.</exception>
            public static Tensor interpolate(
                Tensor x,
                long[]? size = null,
                double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest,
                bool? align_corners = null,
                bool recompute_scale_factor = false,
                bool antialias = false)
            {
                if (antialias && mode is not (InterpolationMode.Bilinear or InterpolationMode.Bicubic))
                {
                    throw new ArgumentException("interpolate: anti-alias option is only supported for the modes Bilinear and Bicubic", nameof(antialias));
                }

                int spatial = x.Impl.Rank - 2;
                CheckMode(mode, spatial, align_corners);
                long[] output = OutputSize(x, size, scale_factor, spatial, mode);
                ScalarValue?[] scales = new ScalarValue?[spatial];
                for (int d = 0; scale_factor is not null && !recompute_scale_factor && d < spatial; d++)
                {
                    scales[d] = (ScalarValue)(scale_factor.Length == 1 ? scale_factor[0] : scale_factor[d]);
                }

                if (antialias)
                {
                    return Smoothed(x, output, mode == InterpolationMode.Bicubic, align_corners ?? false, scales);
                }

                return mode switch
                {
                    InterpolationMode.Nearest => Nearest(x, output, scales),
                    InterpolationMode.NearestExact => Select(x, output, scales, shift: 0.5),
                    InterpolationMode.Area => Area(x, output),
                    InterpolationMode.Bicubic => new Tensor(Aten.upsample_bicubic2d(x.Impl, output, align_corners ?? false, scales[0], scales[1])),
                    _ => Linear(x, output, align_corners ?? false, scales),
                };
            }

            /// <summary><see cref="interpolate"/> with fewer ways.</summary>
            public static Tensor upsample(
                Tensor input, long[]? size = null, double[]? scale_factor = null, UpsampleMode mode = UpsampleMode.Nearest, bool align_corners = false) =>
                interpolate(input, size, scale_factor, (InterpolationMode)mode, mode == UpsampleMode.Nearest ? null : align_corners);

            /// <summary>Bilinear <see cref="interpolate"/>.</summary>
            public static Tensor upsample_bilinear(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false) =>
                interpolate(x, size, scale_factor, InterpolationMode.Bilinear, align_corners);

            /// <summary><see cref="interpolate"/> by the nearest element.</summary>
            /// <exception cref="ArgumentException">Corners are to be aligned, which has no meaning here.</exception>
            public static Tensor upsample_nearest(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false) =>
                interpolate(x, size, scale_factor, InterpolationMode.Nearest, align_corners ? true : null);

            /// <summary><see cref="interpolate"/> of (N, C, L) by the nearest element.</summary>
            public static Tensor upsample_nearest1d(Tensor input, long? outputSize, double? scaleFactor) =>
                interpolate(input, outputSize is { } size ? [size] : null, scaleFactor is { } scale ? [scale] : null);

            /// <summary><see cref="interpolate"/> of (N, C, H, W) by the nearest element.</summary>
            public static Tensor upsample_nearest2d(Tensor input, long[]? outputSizes = null, double[]? scaleFactors = null) =>
                interpolate(input, outputSizes, scaleFactors);

            /// <summary><see cref="interpolate"/> of (N, C, D, H, W) by the nearest element.</summary>
            public static Tensor upsample_nearest3d(Tensor input, long[]? outputSizes = null, double[]? scaleFactors = null) =>
                interpolate(input, outputSizes, scaleFactors);

            private static void CheckMode(InterpolationMode mode, int spatial, bool? alignCorners)
            {
                int wanted = mode switch
                {
                    InterpolationMode.Linear => 1,
                    InterpolationMode.Bilinear or InterpolationMode.Bicubic => 2,
                    InterpolationMode.Trilinear => 3,
                    _ => spatial,
                };
                if (spatial is < 1 or > 3 || wanted != spatial)
                {
                    throw new ArgumentException($"interpolate: got {spatial + 2}D input, but mode {mode} needs {(wanted == spatial ? "3D, 4D or 5D" : $"{wanted + 2}D")} input", nameof(mode));
                }

                if (alignCorners is not null && mode is (InterpolationMode.Nearest or InterpolationMode.NearestExact or InterpolationMode.Area))
                {
                    throw new ArgumentException($"interpolate: align_corners can only be set with the modes Linear, Bilinear, Bicubic and Trilinear, not {mode}", nameof(alignCorners));
                }
            }

            private static long[] OutputSize(Tensor x, long[]? size, double[]? scale, int spatial, InterpolationMode mode)
            {
                if ((size is null) == (scale is null))
                {
                    throw new ArgumentException("interpolate: exactly one of size and scale_factor should be given", nameof(size));
                }

                int given = size?.Length ?? scale!.Length;
                if (given != 1 && given != spatial)
                {
                    throw new ArgumentException($"interpolate: {given} sizes or factors do not fit {spatial} spatial dimensions", nameof(size));
                }

                var output = new long[spatial];
                for (int d = 0; d < spatial; d++)
                {
                    int i = given == 1 ? 0 : d;
                    output[d] = size is not null ? size[i] : (long)Math.Floor(x.Impl.Sizes[d + 2] * scale![i]);
                    if (mode != InterpolationMode.Area && (output[d] < 1 || x.Impl.Sizes[d + 2] < 1))
                    {
                        throw ShapeErrors.Error($"Input and output sizes should be greater than 0, but got input size {x.Impl.Sizes[d + 2]} and output size {output[d]}");
                    }
                }

                return output;
            }

            private static Tensor Nearest(Tensor x, long[] output, ScalarValue?[] scales)
            {
                for (int d = 0; d < output.Length; d++)
                {
                    if (scales[d] is { } scale && x.Impl.Sizes[d + 2] * scale.ToDouble() != output[d])
                    {
                        return Select(x, output, scales, shift: 0);
                    }
                }

                return AsPlanes(x, output, static (planes, size, _, _) => new Tensor(Aten.upsample_nearest2d(planes.Impl, size)));
            }

            private static Tensor Linear(Tensor x, long[] output, bool alignCorners, ScalarValue?[] scales) => AsPlanes(x, output, (planes, size, rows, columns) => new Tensor(
                Aten.upsample_bilinear2d(
                    planes.Impl, size, alignCorners, rows < 0 ? null : scales[rows], columns < 0 ? null : scales[columns])));

            /// <summary>
            /// Scales signals as planes of one line, and volumes first in their planes and then across, by a body that is told which dimensions its rows and columns
            /// are, -1 for one that keeps its size.
            /// </summary>
            private static Tensor AsPlanes(Tensor x, long[] output, Func<Tensor, long[], int, int, Tensor> body)
            {
                long[] sizes = x.shape;
                return output.Length switch
                {
                    1 => WrappedTensorDisposeScope(() => body(x.unsqueeze(-2), [1, output[0]], -1, 0).squeeze(-2)),
                    2 => body(x, output, 0, 1),
                    _ => WrappedTensorDisposeScope(() =>
                    {
                        Tensor planes = body(x.reshape(sizes[0], sizes[1] * sizes[2], sizes[3], sizes[4]), output[1..], 1, 2);
                        Tensor columns = planes.view(sizes[0], sizes[1], sizes[2], output[1] * output[2]);
                        return body(columns, [output[0], output[1] * output[2]], 0, -1).view([sizes[0], sizes[1], .. output]);
                    }),
                };
            }

            /// <summary>Takes element floor((i + shift) / scale) of each dimension.</summary>
            private static Tensor Select(Tensor x, long[] output, ScalarValue?[] scales, double shift) => WrappedTensorDisposeScope(() =>
            {
                Tensor result = x;
                for (int d = 0; d < output.Length; d++)
                {
                    long size = x.Impl.Sizes[d + 2];
                    double step = scales[d] is { } scale ? 1 / scale.ToDouble() : (double)size / output[d];
                    var places = new long[output[d]];
                    for (long i = 0; i < places.Length; i++)
                    {
                        places[i] = Math.Min((long)Math.Floor((i + shift) * step), size - 1);
                    }

                    result = result.index_select(d + 2, tensor(places, device: x.device));
                }

                return result;
            });

            private static Tensor Area(Tensor x, long[] output) => output.Length switch
            {
                1 => adaptive_avg_pool1d(x, output[0]),
                2 => adaptive_avg_pool2d(x, output),
                _ => adaptive_avg_pool3d(x, output),
            };
        }
    }
}
