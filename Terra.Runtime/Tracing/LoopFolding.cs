namespace Terra.Runtime.Tracing;

/// <summary>
/// Where the locations of a tree lie once all turns of a loop share one: a map from the tree to a new one, made as it is asked for. Derivatives, which stand under
/// their op's location, go along with it.
/// </summary>
/// <param name="from">The root of the tree.</param>
/// <param name="to">The root of the new tree.</param>
/// <param name="loopId">The loop.</param>
internal sealed class LoopFolding(Location from, Location to, int loopId)
{
    private readonly Dictionary<int, Location> _bySerial = from.BySerial();
    private readonly Dictionary<Location, Location> _images = new(ReferenceEqualityComparer.Instance) { [from] = to };

    public Location ImageOf(Location location)
    {
        if (_images.TryGetValue(location, out Location? known))
        {
            return known;
        }

        Location parent = ImageOf(location.Parent!);
        Location image = location.Kind switch
        {
            LocationKind.Turn when location.Id == loopId => parent.Child(LocationKind.Turn, loopId),
            LocationKind.Backward when _bySerial.TryGetValue(location.Id, out Location? forward) => parent.Child(LocationKind.Backward, ImageOf(forward).Serial),
            _ => parent.Child(location.Kind, location.Id, location.Turn),
        };
        _images.Add(location, image);
        return image;
    }
}
