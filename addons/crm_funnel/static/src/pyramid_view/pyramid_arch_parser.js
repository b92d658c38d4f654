/** The attributes of the tag are what a pyramid shows until somebody chooses otherwise. */
export class PyramidArchParser {
    parse(arch) {
        return {
            basis: arch.getAttribute("basis") || "created",
            period: { preset: arch.getAttribute("period") || "all", from: false, to: false },
            measure: arch.getAttribute("measure") || "count",
            processId: false,
        };
    }
}
