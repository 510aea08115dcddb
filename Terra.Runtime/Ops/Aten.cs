namespace Terra.Runtime.Ops;

/// <summary>The leaf op methods: what front-ends and derivative rules call. One method an op, each marked for op capture.</summary>
public static partial class Aten;
