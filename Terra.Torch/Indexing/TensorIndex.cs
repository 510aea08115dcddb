using System.Diagnostics.CodeAnalysis;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One entry of an index expression: a position, a slice, an ellipsis, a new dimension, a truth value or a tensor.</summary>
    public readonly struct TensorIndex
    {
        /// <summary>All dimensions that the other entries leave over (Python's <c>...</c>).</summary>
        public static TensorIndex Ellipsis = new(IndexKind.Ellipsis);

        /// <summary>A new dimension of size 1.</summary>
        public static TensorIndex None = new(IndexKind.NewDimension);

        /// <inheritdoc cref="None"/>
        public static TensorIndex Null = new(IndexKind.NewDimension);

        /// <summary>All positions of a dimension (Python's <c>:</c>).</summary>
        public static TensorIndex Colon = new(IndexKind.Slice);

        private TensorIndex(IndexKind kind, long? start = null, long? stop = null, long? step = null, torch.Tensor? tensor = null)
        {
            Kind = kind;
            Start = start;
            Stop = stop;
            Step = step;
            IndexTensor = tensor;
        }

        internal IndexKind Kind { get; }

        /// <summary>The start of a slice, the position, or the truth value as 0 or 1.</summary>
        internal long? Start { get; }

        internal long? Stop { get; }

        internal long? Step { get; }

        internal torch.Tensor? IndexTensor { get; }

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        /// <summary>Adds a dimension of size 1, or 0 if false.</summary>
        public static TensorIndex Bool(bool value) => new(IndexKind.Bool, value ? 1 : 0);

        /// <summary>One position of a dimension, which disappears; a new dimension of size 1 if null.</summary>
        public static TensorIndex Single(long? index) => index is null ? None : new(IndexKind.Single, index);

        /// <summary>Every <paramref name="step"/>th position from <paramref name="start"/> up to, not including, <paramref name="stop"/>; negative ones count from the end.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new(IndexKind.Slice, start, stop, step);

        /// <inheritdoc cref="Slice(long?, long?, long?)"/>
        public static TensorIndex Slice((int? start, int? end) range) => new(IndexKind.Slice, range.start, range.end);

        /// <inheritdoc cref="Slice(long?, long?, long?)"/>
        public static TensorIndex Slice(Range range)
        {
            long start = range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value;
            bool toEnd = range.End is { IsFromEnd: true, Value: 0 };
            return new(IndexKind.Slice, start, toEnd ? null : range.End.IsFromEnd ? -range.End.Value : range.End.Value);
        }

        /// <summary>The positions in a tensor of integers, or those where a tensor of bools is true.</summary>
        [SuppressMessage("Naming", "CA1720", Justification = "TorchSharp's name")]
        public static TensorIndex Tensor(Tensor? tensor) => tensor is null ? None : new(IndexKind.Tensor, tensor: tensor);
    }

    /// <summary>What a <see cref="TensorIndex"/> is.</summary>
    internal enum IndexKind
    {
        NewDimension,
        Single,
        Slice,
        Ellipsis,
        Bool,
        Tensor,
    }
}
