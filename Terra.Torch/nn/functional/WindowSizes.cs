namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>One number per dimension of a plane: one given number counts for both.</summary>
            private static long[] Pair(long[]? values, long otherwise) => values switch
            {
                null => [otherwise, otherwise],
                [long one] => [one, one],
                _ => values,
            };

            /// <summary>One number per dimension of a volume: one given number counts for all.</summary>
            private static long[] Triple(long[]? values, long otherwise) => values switch
            {
                null => [otherwise, otherwise, otherwise],
                [long one] => [one, one, one],
                _ => values,
            };

            private static long[]? Pair((long, long)? values) => values is var (first, second) ? [first, second] : null;

            private static long[]? Square(long? value) => value is { } side ? [side, side] : null;
        }
    }
}
